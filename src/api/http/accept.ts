interface Range {
  readonly type: string
  readonly quality: number
}

/** The media ranges of an `Accept` header (RFC 9110, 12.5.1); an absent header takes anything. */
function parseAccept(header: string | null): Range[] {
  if (header === null || header.trim() === '') return [{ type: '*/*', quality: 1 }]
  return header.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
    const weight = parameters.find((parameter) => /^q=/.test(parameter))?.slice(2)
    const quality = weight === undefined ? 1 : Number(weight)
    return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 }
  })
}

/** The first of `offered` that a client takes; null: none. The most specific range that fits decides. */
export function chooseMediaType<Type extends string>(
  header: string | null,
  offered: readonly Type[],
): Type | null {
  const ranges = parseAccept(header)
  const takes = (type: Type): boolean => {
    const fitting = [type, `${type.split('/')[0]}/*`, '*/*'].flatMap((pattern) =>
      ranges.filter((range) => range.type === pattern),
    )
    return (fitting[0]?.quality ?? 0) > 0
  }
  return offered.find(takes) ?? null
}
