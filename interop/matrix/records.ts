import type { Algorithm } from './algorithms.ts'
import type { World } from './world.ts'

/** A signed file that a program made just now, and what it is. */
export interface SignedFile {
  /** The program. */
  readonly maker: string
  /** `PAdES`, `CAdES detached`… */
  readonly kind: string
  readonly level: string
  readonly algorithm: Algorithm
  readonly path: string
  /** Path of the content, where it stands beside. */
  readonly content: string | null
  /** What the program makes of it wrongly; left out where it is as it should be. */
  readonly mistake?: Mistake
  /** What EU DSS says where that is not what we say, and docs/interop.md has the rule. */
  readonly dssSays?: string
}

/** What is wrong with a program's signature, and the conclusion that this leads to. */
export interface Mistake {
  readonly what: string
  readonly indication: 'TOTAL-FAILED' | 'INDETERMINATE'
  readonly subIndication: string
}

/** Something to be signed: done when asked, since many are. */
export interface Job extends Omit<SignedFile, 'path'> {
  /** null, or why not. */
  readonly sign: (out: string) => Promise<string | null>
}

/** All that one program signs. */
export type Maker = (world: World) => Promise<readonly Job[]>

export const titleOf = ({ maker, kind, level, algorithm }: Omit<SignedFile, 'path'>): string =>
  `${maker} ${kind} ${level} ${algorithm.name}`
