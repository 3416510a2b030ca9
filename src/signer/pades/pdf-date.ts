/** Vietnam has one time zone and no summer time. */
const offsetMs = 7 * 60 * 60 * 1000

interface LocalTime {
  readonly year: string
  readonly month: string
  readonly day: string
  readonly hour: string
  readonly minute: string
  readonly second: string
}

function readLocalTime(date: Date): LocalTime {
  const text = new Date(date.getTime() + offsetMs).toISOString()
  return {
    year: text.slice(0, 4),
    month: text.slice(5, 7),
    day: text.slice(8, 10),
    hour: text.slice(11, 13),
    minute: text.slice(14, 16),
    second: text.slice(17, 19),
  }
}

/** A date string of ISO 32000-2, 7.9.4, in Vietnam's time: `D:20261125143000+07'00'`. Fractions of a second are dropped. */
export function formatPdfDate(date: Date): string {
  const { year, month, day, hour, minute, second } = readLocalTime(date)
  return `D:${year}${month}${day}${hour}${minute}${second}+07'00'`
}

/** As people in Vietnam read it: `14:30:00 25/11/2026 +07:00`. */
export function formatDisplayTime(date: Date): string {
  const { year, month, day, hour, minute, second } = readLocalTime(date)
  return `${hour}:${minute}:${second} ${day}/${month}/${year} +07:00`
}
