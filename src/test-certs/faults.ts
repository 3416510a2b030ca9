import type { EntityDeclaration, ExtKeyUsage, Profile } from './declaration.ts'

/** One way in which a certificate is not fit, as a change of its declaration, and what a judge must notice. */
export interface Fault {
  readonly proves: string
  readonly change: Partial<EntityDeclaration>
}

const signing: Profile['keyUsage'] = ['digitalSignature', 'nonRepudiation']

const stamping = (critical: boolean, ...purposes: ExtKeyUsage[]): Profile => ({
  keyUsage: ['digitalSignature'],
  ...(purposes.length > 0 && { extKeyUsage: { critical, purposes } }),
})

/** The faults of signers' and authorities' certificates. */
export const faults = {
  expired: {
    proves: 'a certificate past notAfter signs nothing',
    change: { notBefore: '-3y', notAfter: '-30d' },
  },
  'not-yet-valid': {
    proves: 'a certificate before notBefore signs nothing',
    change: { notBefore: '+30d', notAfter: '+3y' },
  },
  revoked: {
    proves: 'a certificate revoked for a lost key is found in CRL and OCSP, with its invalidity date',
    change: { revoked: { at: '-10d', reason: 'keyCompromise', invalidityDate: '-12d' } },
  },
  suspended: {
    proves: 'a certificate on hold counts as revoked for as long as the hold lasts',
    change: { revoked: { at: '-5d', reason: 'certificateHold' } },
  },
  'wrong-usage': {
    proves: 'a key for encryption (keyEncipherment only) signs no document',
    change: { profile: { keyUsage: ['keyEncipherment'] } },
  },
  'eku-absent': {
    proves: 'a time-stamp signer without extended key usage is refused (RFC 3161, 2.3)',
    change: { profile: stamping(true) },
  },
  'eku-not-critical': {
    proves: 'a time-stamp signer whose extended key usage is not critical is refused (RFC 3161, 2.3)',
    change: { profile: stamping(false, 'timeStamping') },
  },
  'eku-mixed': {
    proves: 'a time-stamp signer with a second purpose is refused (RFC 3161, 2.3)',
    change: { profile: stamping(true, 'timeStamping', 'emailProtection') },
  },
  'weak-key': {
    proves: 'RSA below 2048 bits is refused',
    change: { key: 'rsa-1024' },
  },
  'weak-digest': {
    proves: 'a certificate signed over SHA-1 is refused',
    change: { digest: 'sha1' },
  },
  untrusted: {
    proves:
      'a CA is known by its key, not by its name: the issuer is a self-signed CA named like the true one',
    change: { issuer: 'impostor-ca' },
  },
  'lapsed-issuing-ca': {
    proves: 'a certificate that outlives its issuing CA ends with it',
    change: { issuer: 'lapsed-ca' },
  },
  'ca-as-signer': {
    proves: 'a CA certificate (keyCertSign, cA) signs no document',
    change: { profile: { ca: { pathLength: 0 }, keyUsage: ['keyCertSign', 'cRLSign'] } },
  },
  'wrong-key': {
    proves: 'a value made with another key than the certified one is refused before release',
    change: { holdsAnotherKey: true },
  },
  'no-ocsp-signing': {
    proves: 'a sibling certificate without OCSPSigning answers for nobody (RFC 6960, 4.2.2.2)',
    change: { profile: { keyUsage: signing } },
  },
} as const satisfies Readonly<Record<string, Fault>>

export type FaultName = keyof typeof faults

/** `entity` with the fault `name` built in. */
export const withFault = (entity: EntityDeclaration, name: FaultName): EntityDeclaration => ({
  ...entity,
  ...faults[name].change,
})
