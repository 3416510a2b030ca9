import { createHash, type KeyObject } from 'node:crypto'
import { type Certificate, der, encodeSignatureAlgorithm } from '../../src/formats/index.ts'
import { signatureAlgorithmFor, signBytes } from '../../src/test-certs/index.ts'

/** A signed CRL of so many entries: serial numbers of 16 octets, a reason each, as large CAs have them. */
export function makeCrl(issuer: Certificate, key: KeyObject, count: number): Uint8Array {
  const at = new Date('2026-03-15T10:00:00Z')
  const reason = der.sequence(der.sequence(der.oid('2.5.29.21'), der.octetString(der.enumerated(4))))
  const sample = der.sequence(der.integer(serialOf(0)), der.time(at), reason)
  const entries = Buffer.alloc(sample.length * count)
  for (let i = 0; i < count; i++) {
    entries.set(der.sequence(der.integer(serialOf(i)), der.time(at), reason), i * sample.length)
  }
  const algorithm = signatureAlgorithmFor(key)
  const number = der.sequence(der.oid('2.5.29.20'), der.octetString(der.integer(1)))
  const tbs = der.sequence(
    der.integer(1),
    encodeSignatureAlgorithm(algorithm),
    issuer.subject.der,
    der.time(at),
    der.time(new Date('2046-03-15T10:00:00Z')),
    der.tlv(0x30, entries),
    der.explicit(0, der.sequence(number)),
  )
  return der.sequence(tbs, encodeSignatureAlgorithm(algorithm), der.bitString(signBytes(key, algorithm, tbs)))
}

/** Sixteen octets, positive and never short. */
export function serialOf(i: number): Uint8Array {
  const serial = createHash('md5').update(String(i)).digest()
  serial[0] = (serial[0]! & 0x3f) | 0x40
  return new Uint8Array(serial)
}
