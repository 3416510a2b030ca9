import type { Attack } from '../../src/test-certs/attacks/index.ts'

/** The line of `docs/attacks.md` that an attack stands in. */
export function lineOf({ id, what, expect }: Attack): string {
  const { indication, subIndication, reason, why } = expect
  const verdict = indication ? `${indication} ${subIndication}` : 'unreadable'
  return `| \`${id}\` | ${what} | ${verdict}: \`${reason}\`${why ? ` (${why})` : ''} |`
}
