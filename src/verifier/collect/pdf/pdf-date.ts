const pattern =
  /^D:(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:(Z)(?:00'?(?:00'?)?)?|([+-])(\d{2})(?:'?(\d{2})'?)?'?)?$/

/**
 * A PDF date (ISO 32000-2, 7.9.4) as ISO 8601 in UTC; null where it is none. Without a zone it is taken to be UTC, which
 * it need not be.
 */
export function parsePdfDate(text: string): string | null {
  const match = pattern.exec(text.trim())
  if (!match) return null
  const [year, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(toNumber)
  const time = new Date(Date.UTC(year!, month - 1, day, hour, minute, second))
  // Date.UTC takes the 31st of February for the 3rd of March.
  if (
    time.getUTCMonth() !== month - 1 ||
    time.getUTCDate() !== day ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  )
    return null
  const offset = (toNumber(match[9]) ?? 0) * 60 + (toNumber(match[10]) ?? 0)
  const shifted = time.getTime() - (match[8] === '-' ? -offset : offset) * 60_000
  return Number.isNaN(shifted) ? null : new Date(shifted).toISOString()
}

const toNumber = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text)
