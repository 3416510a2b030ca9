/** One measured figure beside what it is measured against in the same run. */
export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly reference: string
  readonly referenceValue: number
  /** `value` ÷ `referenceValue`. */
  readonly ratio: number
  /** What the ratio should be at most or at least; null where the figure is only told. */
  readonly target: string | null
  readonly ok: boolean | null
}

export interface Target {
  readonly atMost?: number
  readonly atLeast?: number
}

/** A row whose ratio is held to a target, if there is one. */
export function toRow(
  name: string,
  [value, unit]: readonly [number, string],
  [reference, referenceValue]: readonly [string, number],
  target: Target = {},
): Row {
  const ratio = value / referenceValue
  const { atMost, atLeast } = target
  const told = [
    atMost === undefined ? [] : [`≤ ${atMost}`],
    atLeast === undefined ? [] : [`≥ ${atLeast}`],
  ].flat()
  return {
    name,
    value,
    unit,
    reference,
    referenceValue,
    ratio,
    target: told.join(', ') || null,
    ok:
      told.length === 0
        ? null
        : ratio <= (atMost ?? Number.POSITIVE_INFINITY) && ratio >= (atLeast ?? Number.NEGATIVE_INFINITY),
  }
}

const short = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3))

/** The rows as lines of text. */
export function printRows(rows: readonly Row[]): void {
  for (const { name, value, unit, reference, referenceValue, ratio, target, ok } of rows) {
    const verdict = ok === null ? '' : ok ? `  ok (${target})` : `  MISSED (${target})`
    console.log(
      `${name}: ${short(value)} ${unit}; ${reference}: ${short(referenceValue)} ${unit}; ratio ${short(ratio)}${verdict}`,
    )
  }
}
