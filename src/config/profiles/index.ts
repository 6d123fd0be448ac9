// The profiles there are.

import { netskopePublisher } from './netskope-publisher.ts';
import type { Profile } from './profile.ts';

const none: Profile = {
  id: 'none',
  title: 'no endpoints of its own: only the targets that are named',
  spec: {},
  endpoints: [],
};

export const PROFILES: readonly Profile[] = [netskopePublisher, none];

export const PROFILE_IDS: readonly string[] = PROFILES.map(({ id }) => id);

export function profileOf(id: string): Profile | undefined {
  return PROFILES.find((profile) => profile.id === id);
}
