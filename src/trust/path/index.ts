export { buildPaths } from './build-paths.ts'
export { type CheckOptions, checkPath, type PathCheck } from './check-path.ts'
export { identityOf } from './identity.ts'
export {
  crlProfileFindings,
  type ProfileFinding,
  type ProfileFindingCode,
  profileFindings,
} from './profile-findings.ts'
export { isSameName, nameKey } from './same-name.ts'
export type * from './types.ts'
export { defaultPathBudget } from './types.ts'
export { validatePath } from './validate-path.ts'
