import type { SignerInfo } from '../../formats/index.ts'

/** Ids of what each value of each unsigned attribute holds: what a time-stamp over it proves the existence of. */
export class UnsignedContents {
  readonly #ids: string[][][]

  constructor(info: SignerInfo) {
    this.#ids = info.unsignedAttributes.map(({ values }) => values.map(() => []))
  }

  /** `attribute` and `value` count from 0, as in the SignerInfo. */
  add(attribute: number, value: number, ids: readonly string[]): void {
    this.#ids[attribute]?.[value]?.push(...ids)
  }

  of(attribute: number, value: number | null): readonly string[] {
    const values = this.#ids[attribute] ?? []
    return value === null ? values.flat() : (values[value] ?? [])
  }

  get all(): readonly string[] {
    return this.#ids.flat(2)
  }
}
