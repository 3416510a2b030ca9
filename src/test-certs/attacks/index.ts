import { attributeAttacks } from './attributes.ts'
import { authorityAttacks } from './authorities.ts'
import { bombAttacks, bombNuisances } from './bombs.ts'
import { certificateAttacks } from './certificates.ts'
import { contradictions } from './contradictions.ts'
import { crlAttacks } from './crls.ts'
import { ocspAttacks } from './ocsp.ts'
import { pathAttacks } from './paths.ts'
import { exponentAttacks } from './small-exponent.ts'
import { stateAttacks } from './states.ts'
import { structureAttacks } from './structure.ts'
import { claims, timestampAttacks } from './time-stamps.ts'
import type { Attack, Nuisance } from './types.ts'

export type { AttackCase } from './attack-case.ts'
export {
  honestAnswer,
  type Named,
  recordAsking,
  recordAskingForIssuer,
  recordNaming,
  soundPlaces,
} from './exchanges.ts'
export type { Attack, AttackRow, Expectation } from './types.ts'
export { AttackWorld, authorityUrl } from './world.ts'

/** Every attack that is a file and what it is judged with. */
export const attacks: readonly Attack[] = [
  ...attributeAttacks,
  ...certificateAttacks,
  ...exponentAttacks,
  ...structureAttacks,
  ...bombAttacks,
  ...ocspAttacks,
  ...crlAttacks,
  ...pathAttacks,
  ...timestampAttacks,
  ...authorityAttacks,
  ...stateAttacks,
  ...contradictions,
]

/** What is added to sound records, or claimed in them, and keeps none of them from passing. */
export const nuisances: readonly Nuisance[] = [...bombNuisances, ...claims]
