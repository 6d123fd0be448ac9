// The version that reports and --version show: put in by the bundler, from package.json.

declare const __VERSION__: string | undefined;

export const VERSION = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0-source';
