/** Asked every few seconds by whoever watches: always answered, and no part of what is watched. */
export const PROBES: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz', '/metrics'])
