const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 } as const
const PART = /(\d+(?:\.\d+)?)\s*(ms|s|min|m|h)/g

/** Milliseconds of `20` (seconds), `20 s`, `3m`, `1h20m`, `500ms`; null when it is no duration. */
export function parseDuration(text: string): number | null {
  const plain = text.trim().toLowerCase()
  if (/^\d+(\.\d+)?$/.test(plain)) return Math.round(Number(plain) * 1_000)
  if (plain.replaceAll(PART, '').trim() !== '') return null
  const parts = [...plain.matchAll(PART)]
  if (parts.length === 0) return null
  return Math.round(parts.reduce((sum, part) => sum + Number(part[1]) * UNIT_MS[part[2] as keyof typeof UNIT_MS], 0))
}

/** `1 h 20 min`, `12 s`, `500 ms`: what parseDuration reads again. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  const seconds = Math.floor(ms / 1_000)
  const parts: string[] = []
  if (seconds >= 3_600) parts.push(`${Math.floor(seconds / 3_600)} h`)
  if (Math.floor((seconds % 3_600) / 60) > 0) parts.push(`${Math.floor((seconds % 3_600) / 60)} min`)
  if (seconds % 60 > 0)
    parts.push(ms < 10_000 && ms % 1_000 !== 0 ? `${(ms / 1_000).toFixed(1)} s` : `${seconds % 60} s`)
  return parts.join(' ')
}
