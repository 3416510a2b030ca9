/**
 * Every step at which a test may let the service, the database, the token's child or the TSA die, in the order in which
 * a request passes them.
 */
export const faultPoints = [
  'sign.authenticated',
  'sign.body-read',
  'sign.intent-committed',
  'sign.activation-consumed',
  'sign.signer-checked',
  'sign.prepared',
  'sign.key-used',
  'sign.finished',
  'sign.checked',
  'sign.result-committed',
  'activation.pin-checked',
  'activation.stored',
  'signing-request.signer-checked',
  'signing-request.prepared',
  'signing-request.document-stored',
  'signing-request.stored',
  'completion.authenticated',
  'completion.signer-checked',
  'completion.finished',
  'completion.checked',
  'completion.result-committed',
  'timestamp.received',
  'timestamp.recorded',
] as const

export type FaultPoint = (typeof faultPoints)[number]
