export type Point = { x: number; y: number }

/** A cubic Bézier: start, two controls, end. */
export type Cubic = { from: Point; c1: Point; c2: Point; to: Point }
/** Cubics end to end. Each takes the same share of a flight, however long it is, so that near and far backends are reached at the same time. */
export type Path = readonly Cubic[]

const at = (one: number, two: number, three: number, four: number, t: number): number => {
  const u = 1 - t
  return u * u * u * one + 3 * u * u * t * two + 3 * u * t * t * three + t * t * t * four
}

/** The point of a cubic at t, 0 to 1. */
export const pointOn = ({ from, c1, c2, to }: Cubic, t: number): Point => ({
  x: at(from.x, c1.x, c2.x, to.x, t),
  y: at(from.y, c1.y, c2.y, to.y, t),
})

/** The point of a path at t, 0 to 1; t beyond is held at the ends. */
export function pointAlong(path: Path, t: number): Point {
  const place = Math.min(Math.max(t, 0), 1) * path.length
  const index = Math.min(Math.floor(place), path.length - 1)
  const cubic = path[index]
  return cubic ? pointOn(cubic, place - index) : { x: 0, y: 0 }
}

/** A straight line as a cubic. */
export const line = (from: Point, to: Point): Cubic => ({
  from,
  c1: { x: from.x + (to.x - from.x) / 3, y: from.y + (to.y - from.y) / 3 },
  c2: { x: from.x + ((to.x - from.x) * 2) / 3, y: from.y + ((to.y - from.y) * 2) / 3 },
  to,
})

/** Leaves to the right and arrives from the left, or leaves downward and arrives from above. */
export function bend(from: Point, to: Point, direction: 'across' | 'down'): Cubic {
  if (direction === 'across') {
    const middle = (from.x + to.x) / 2
    return { from, c1: { x: middle, y: from.y }, c2: { x: middle, y: to.y }, to }
  }
  const middle = (from.y + to.y) / 2
  return { from, c1: { x: from.x, y: middle }, c2: { x: to.x, y: middle }, to }
}

const short = (value: number): string => String(Math.round(value * 10) / 10)
const pair = ({ x, y }: Point): string => `${short(x)} ${short(y)}`

/** For the `d` of an SVG path. */
export function svgPath(path: Path): string {
  const [first] = path
  if (!first) return ''
  return `M${pair(first.from)}${path.map(({ c1, c2, to }) => `C${pair(c1)} ${pair(c2)} ${pair(to)}`).join('')}`
}
