import { type Database, DbError, type HospitalRepository } from '../../db/index.ts'

type Call = keyof HospitalRepository

/** A database that goes away when told to, and may lose the answer of a commit. */
export interface UnreliableDatabase extends Database {
  /** true: every call fails. */
  down: boolean
  /** The next call of this name is carried out, but its answer is lost. */
  loseAnswerOf: Call | null
}

export function makeUnreliable(database: Database): UnreliableDatabase {
  const gone = () => new DbError('ERR_DB_UNAVAILABLE', { details: { reason: 'test' } })
  const wrap = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(inner, name) {
        const member = Reflect.get(inner, name) as unknown
        if (typeof member === 'object' && member !== null) return wrap(member)
        if (typeof member !== 'function') return member
        return async (...given: unknown[]) => {
          if (unreliable.down) throw gone()
          const answer = await Reflect.apply(member, inner, given)
          if (unreliable.loseAnswerOf !== name) return answer
          unreliable.loseAnswerOf = null
          throw gone()
        }
      },
    })
  const unreliable: UnreliableDatabase = {
    kind: database.kind,
    system: wrap(database.system),
    evidence: wrap(database.evidence),
    hospital: (id) => wrap(database.hospital(id)),
    onReturn: (listener) => database.onReturn(listener),
    close: () => database.close(),
    down: false,
    loseAnswerOf: null,
  }
  return unreliable
}
