import { describe, expect, it } from 'vitest'
import { captionOf } from '#components/diagram/caption.ts'
import type { Box } from '#lib/diagram/arrange.ts'
import { bend, line, pointAlong, pointOn } from '#lib/diagram/edge-path.ts'
import { type DiagramLayout, layoutDiagram, narrowHeight } from '#lib/diagram/layout.ts'

const keys = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => index.toString(16).padStart(12, '0'))
const overlap = (one: Box, other: Box): boolean =>
  one.x < other.x + other.width - 0.01 &&
  other.x < one.x + one.width - 0.01 &&
  one.y < other.y + other.height - 0.01 &&
  other.y < one.y + one.height - 0.01

const boxesOf = (layout: DiagramLayout): Box[] => [layout.you, layout.door, ...layout.backends.map(({ box }) => box)]

const SIZES = [
  ['wide', 1088, 300],
  ['at 1280 x 720', 930, 250],
  ['a small window', 600, 220],
  ['a phone', 356, null],
] as const

describe.each(SIZES)('the layout, %s', (_name, width, fixedHeight) => {
  it.each([0, 1, 2, 3, 6, 7, 14, 15, 30, 50])('places %d backends inside, none over another', (count) => {
    const height = fixedHeight ?? narrowHeight(width, count)
    const layout = layoutDiagram(width, height, keys(count))
    expect(layout.backends.map(({ backend }) => backend)).toEqual(keys(count))
    const boxes = boxesOf(layout)
    for (const [index, box] of boxes.entries()) {
      expect(box.x).toBeGreaterThanOrEqual(0)
      expect(box.y).toBeGreaterThanOrEqual(0)
      expect(box.x + box.width).toBeLessThanOrEqual(width + 0.01)
      expect(box.y + box.height).toBeLessThanOrEqual(height + 0.01)
      for (const other of boxes.slice(index + 1)) expect(overlap(box, other)).toBe(false)
    }
  })

  it.each([1, 6, 14, 50])('leads an unbroken edge from the front door to each of %d backends', (count) => {
    const layout = layoutDiagram(width, fixedHeight ?? narrowHeight(width, count), keys(count))
    for (const { box, path } of layout.backends) {
      const start = pointAlong(path, 0)
      const end = pointAlong(path, 1)
      expect(start.x).toBeGreaterThanOrEqual(layout.door.x)
      expect(start.x).toBeLessThanOrEqual(layout.door.x + layout.door.width + 0.01)
      expect(end.x).toBeGreaterThanOrEqual(box.x - 0.01)
      expect(end.x).toBeLessThanOrEqual(box.x + box.width)
      expect(end.y).toBeGreaterThanOrEqual(box.y)
      expect(end.y).toBeLessThanOrEqual(box.y + box.height)
      for (const [index, cubic] of path.slice(1).entries()) expect(cubic.from).toEqual(path[index]?.to)
    }
  })
})

describe('the look', () => {
  const lookOf = (count: number) => layoutDiagram(1088, 300, keys(count)).look

  it('is cards up to 6, a line each up to 14, then chips on one trunk', () => {
    expect([1, 6].map(lookOf)).toEqual(['cards', 'cards'])
    expect([7, 14].map(lookOf)).toEqual(['lines', 'lines'])
    expect([15, 50].map(lookOf)).toEqual(['chips', 'chips'])
    expect(layoutDiagram(1088, 300, keys(14)).trunk).toBeNull()
    expect(layoutDiagram(1088, 300, keys(50)).trunk).not.toBeNull()
  })

  it('goes from left to right where there is room, else from top to bottom', () => {
    expect(layoutDiagram(1088, 300, keys(2)).direction).toBe('across')
    expect(layoutDiagram(356, 500, keys(2)).direction).toBe('down')
  })

  it('gives fifty chips room for a number, four digits and a count', () => {
    for (const { box } of layoutDiagram(930, 250, keys(50)).backends) {
      expect(box.width).toBeGreaterThanOrEqual(76)
      expect(box.height).toBeGreaterThanOrEqual(17)
    }
  })

  it('gives a finger 44 px on a phone', () => {
    for (const { box } of layoutDiagram(356, narrowHeight(356, 50), keys(50)).backends)
      expect(box.height).toBeGreaterThanOrEqual(44)
  })
})

describe('an edge', () => {
  it('begins and ends where it should', () => {
    const edge = bend({ x: 0, y: 0 }, { x: 100, y: 50 }, 'across')
    expect(pointOn(edge, 0)).toEqual({ x: 0, y: 0 })
    expect(pointOn(edge, 1)).toEqual({ x: 100, y: 50 })
    expect(pointOn(edge, 0.5)).toEqual({ x: 50, y: 25 })
  })

  it('goes along a path of several, and stays at its ends', () => {
    const path = [line({ x: 0, y: 0 }, { x: 10, y: 0 }), line({ x: 10, y: 0 }, { x: 10, y: 20 })]
    expect(pointAlong(path, 0.5)).toEqual({ x: 10, y: 0 })
    expect(pointAlong(path, 0.75).y).toBeCloseTo(10)
    expect(pointAlong(path, 2)).toEqual({ x: 10, y: 20 })
    expect(pointAlong(path, -1)).toEqual({ x: 0, y: 0 })
  })
})

describe('the caption', () => {
  const calm = { perDot: 1, isReducedMotion: false, isMerging: false }

  it('says what a dot is and how much slower it is shown', () => {
    expect(captionOf({ ...calm, latencyMs: 1.3 })).toBe('1 dot = 1 request, shown about 300 times slower than it was')
    expect(captionOf({ ...calm, latencyMs: 0.2 })).toBe('1 dot = 1 request, shown about 2,000 times slower than it was')
    expect(captionOf({ ...calm, latencyMs: 400 })).toBe('1 dot = 1 request, shown about as fast as it was')
    expect(captionOf({ ...calm, latencyMs: 2_000 })).toBe('1 dot = 1 request, shown about 5 times faster than it was')
  })

  it('does not claim a pace before one is known', () => {
    expect(captionOf({ ...calm, latencyMs: null })).toBe(
      '1 dot = 1 request, drawn after its answer in a flight of 0.4 s',
    )
  })

  it('says how many a dot stands for, and what is still drawn separately', () => {
    expect(captionOf({ ...calm, perDot: 20, latencyMs: 1.3 })).toBe(
      '1 dot = 20 requests, shown about 300 times slower than they were; failed and rescued ones are drawn separately',
    )
  })

  it('says so when requests that failed alike are one', () => {
    expect(captionOf({ ...calm, latencyMs: 1.3, isMerging: true })).toBe(
      '1 dot = 1 request, shown about 300 times slower than it was; those that failed alike are one, with their number',
    )
  })

  it('says that there are no flights where motion is reduced', () => {
    expect(captionOf({ ...calm, latencyMs: 1, isReducedMotion: true })).toContain(
      'the last backend to answer is outlined',
    )
  })
})
