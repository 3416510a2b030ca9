import { FormatError } from '../errors.ts'

const malformed = (): FormatError => new FormatError('ERR_ASN1_STRUCTURE', { details: { what: 'CRL entry' } })

const INTEGER = 0x02
const OID = 0x06
const BOOLEAN = 0x01
const OCTET_STRING = 0x04
const SEQUENCE = 0x30
const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18

/** Last octets of the OIDs 2.5.29.x that entries may have (RFC 5280, 5.3; holdInstructionCode: RFC 3280, 5.3.2). */
const REASON_CODE = 21
const HOLD_INSTRUCTION = 23
const INVALIDITY_DATE = 24
const CERTIFICATE_ISSUER = 29

/**
 * Walks revokedCertificates in DER without making an object an entry: `next` moves to an entry, whose parts then stand
 * in the fields as positions. What an entry's values hold is checked as far as reading on needs it.
 */
export class CrlEntryCursor {
  /** Where the entry begins and ends. */
  offset = 0
  end: number
  serialStart = 0
  serialEnd = 0
  dateStart = 0
  dateEnd = 0
  /** Values of the extensions, 0 where absent; each ends where its OCTET STRING does. */
  reasonStart = 0
  reasonEnd = 0
  invalidityStart = 0
  invalidityEnd = 0
  issuerStart = 0
  issuerEnd = 0
  /** The OID of a critical extension that is not known, as positions; 0 where there is none. */
  unknownStart = 0
  unknownEnd = 0
  hasExtensions = false
  readonly #bytes: Uint8Array
  readonly #limit: number
  /** Where the element last entered ends. */
  #stop = 0

  constructor(bytes: Uint8Array, start: number, limit: number) {
    this.#bytes = bytes
    this.end = start
    this.#limit = limit
  }

  /** Moves to the next entry; false behind the last. Throws `ERR_ASN1_STRUCTURE`. */
  next(): boolean {
    if (this.end >= this.#limit) return false
    this.offset = this.end
    let at = this.#enter(SEQUENCE, this.end, this.#limit)
    const end = this.#stop
    this.end = end
    this.serialStart = this.#enter(INTEGER, at, end)
    this.serialEnd = this.#stop
    this.#checkInteger()
    this.dateStart = this.serialEnd
    at = this.#checkTime(this.dateStart, end)
    this.dateEnd = at
    this.reasonStart = this.invalidityStart = this.issuerStart = this.unknownStart = 0
    this.hasExtensions = at < end
    if (this.hasExtensions) this.#walkExtensions(at, end)
    return true
  }

  /** Enters the element with the identifier octet `tag` at `at`: where its contents begin; `#stop` is where they end. */
  #enter(tag: number, at: number, limit: number): number {
    const bytes = this.#bytes
    if (at + 2 > limit || bytes[at] !== tag) throw malformed()
    let start = at + 2
    let length = bytes[at + 1]!
    if (length >= 0x80) {
      const count = length & 0x7f
      if (count === 0 || count > 4 || start + count > limit) throw malformed()
      length = 0
      for (let i = 0; i < count; i++) length = length * 256 + bytes[start++]!
      // X.690, 10.1
      if (length < 0x80 || length < 256 ** (count - 1)) throw malformed()
    }
    if (start + length > limit) throw malformed()
    this.#stop = start + length
    return start
  }

  /** X.690, 8.3.2: a number that is not minimal would never be found. */
  #checkInteger(): void {
    const first = this.#bytes[this.serialStart]
    const second = this.#bytes[this.serialStart + 1]!
    const length = this.serialEnd - this.serialStart
    if (length === 0) throw malformed()
    if (length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
      throw malformed()
  }

  /** A time as far as its form goes; the calendar is asked when the entry is read. Gives where it ends. */
  #checkTime(at: number, limit: number): number {
    const tag = this.#bytes[at] === GENERALIZED_TIME ? GENERALIZED_TIME : UTC_TIME
    const start = this.#enter(tag, at, limit)
    const length = this.#stop - start
    if (tag === UTC_TIME ? length !== 13 : length < 15) throw malformed()
    if (this.#bytes[this.#stop - 1] !== 0x5a) throw malformed()
    return this.#stop
  }

  #walkExtensions(from: number, end: number): void {
    let at = this.#enter(SEQUENCE, from, end)
    const limit = this.#stop
    if (limit !== end || at === limit) throw malformed()
    while (at < limit) {
      const fields = this.#enter(SEQUENCE, at, limit)
      const stop = this.#stop
      this.#readExtension(fields, stop)
      at = stop
    }
  }

  #readExtension(at: number, end: number): void {
    const bytes = this.#bytes
    const oidStart = this.#enter(OID, at, end)
    const oidEnd = this.#stop
    let next = oidEnd
    let critical = false
    if (bytes[next] === BOOLEAN) {
      const flag = this.#enter(BOOLEAN, next, end)
      if (this.#stop !== flag + 1 || (bytes[flag] !== 0 && bytes[flag] !== 0xff)) throw malformed()
      critical = bytes[flag] !== 0
      next = this.#stop
    }
    const value = this.#enter(OCTET_STRING, next, end)
    const valueEnd = this.#stop
    if (valueEnd !== end || value === valueEnd) throw malformed()
    const known = oidEnd - oidStart === 3 && bytes[oidStart] === 0x55 && bytes[oidStart + 1] === 0x1d
    switch (known ? bytes[oidStart + 2] : -1) {
      case REASON_CODE:
        if (this.reasonStart !== 0) throw malformed()
        this.reasonStart = value
        this.reasonEnd = valueEnd
        return
      case INVALIDITY_DATE:
        if (this.invalidityStart !== 0) throw malformed()
        this.invalidityStart = value
        this.invalidityEnd = valueEnd
        return
      case CERTIFICATE_ISSUER:
        if (this.issuerStart !== 0) throw malformed()
        this.issuerStart = value
        this.issuerEnd = valueEnd
        return
      case HOLD_INSTRUCTION:
        return
      default:
        if (critical) {
          this.unknownStart = oidStart
          this.unknownEnd = oidEnd
        }
    }
  }
}
