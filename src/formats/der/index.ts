export { decodeOid, encodeOid } from './oid.ts'
export {
  DerElement,
  type DerLimits,
  type DerMode,
  defaultDerLimits,
  type ParseDerOptions,
  parseDer,
  parseDerPrefix,
  type TagClass,
} from './reader.ts'
export * from './values.ts'
export * as der from './writer.ts'
export { concat, isEqual } from './writer.ts'
