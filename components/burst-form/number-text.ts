/** Numbers as people write them: `1000`, `1,000`, `1 000`, `10k`, `1m`. Null when it is none. */
export function parseNumber(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?|\.\d+)(k|m)?$/i.exec(text.trim().replaceAll(/[\s,_]/g, ''))
  if (!match?.[1]) return null
  const unit = match[2]?.toLowerCase()
  const number = Number(match[1]) * (unit === 'k' ? 1_000 : unit === 'm' ? 1_000_000 : 1)
  // 0.1 + 0.2 and the like: no field here is finer than a thousandth.
  return Math.round(number * 1_000) / 1_000
}
