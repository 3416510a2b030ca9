import { MainError } from './errors.ts'

/** Every variable of ours; others of the environment are other programs'. */
const known = [
  'ANKY_DATA',
  'ANKY_KEYS',
  'ANKY_NET_ALLOW',
  'ANKY_PKCS11_MODULE',
  'ANKY_PKCS11_PIN_FILE',
  'ANKY_PKCS11_TOKEN',
  'ANKY_PROFILE',
  'ANKY_TLS_CERT_FILE',
  'ANKY_TLS_KEY_FILE',
  'ANKY_TRUST',
  'ANKY_TRUSTED_PROXY',
  'ANKY_TSA_DEADLINE_MS',
  'ANKY_TSA_URLS',
  'ANKY_UPLOAD_MIB',
] as const
const withoutPrefix = ['DATABASE_OWNER_URL', 'DATABASE_URL', 'HOST', 'LOG_LEVEL', 'PORT', 'VECTORS_DIR']

/** Throws `ERR_CONFIG_UNKNOWN_VARIABLE` for a name that starts with `ANKY_` (in any case) and is none of ours. */
export function refuseUnknownVariables(env: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(env)) {
    if (!/^anky_/i.test(name) || (known as readonly string[]).includes(name)) continue
    throw new MainError('ERR_CONFIG_UNKNOWN_VARIABLE', { details: { name, nearest: nearest(name) } })
  }
}

function nearest(name: string): string {
  const wanted = name.toUpperCase()
  const candidates = [
    // who stopped short of a whole name meant that one
    ...known.map((other) => ({ other, off: other.startsWith(wanted) ? 1 : distance(wanted, other) })),
    ...withoutPrefix.map((other) => ({ other, off: distance(wanted, `ANKY_${other}`) })),
  ]
  return candidates.sort((a, b) => a.off - b.off)[0]!.other
}

/** Letters to insert, delete or replace (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
