// The hosts line of nsswitch.conf(5): services in order, actions in brackets left out.

const MAX_SERVICES = 32;

/** null without such a line. Never throws. */
export function parseNameServices(text: string): readonly string[] | null {
  for (const raw of text.split('\n')) {
    const match = /^\s*hosts\s*:(.*)$/i.exec(raw.replace(/#.*/, ''));
    if (!match) continue;
    const services = (match[1] ?? '').replace(/\[[^\]]*\]/g, ' ').split(/\s+/);
    return services.filter((one) => /^[\w-]{1,32}$/.test(one)).slice(0, MAX_SERVICES);
  }
  return null;
}
