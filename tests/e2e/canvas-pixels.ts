import type { Page } from '@playwright/test'

/** Where a colour stands in a picture: pixels that have it, and the middle of them, CSS pixels from the canvas's left top. */
type Spot = { pixels: number; x: number; y: number }
/** The dots canvas at one moment, by CSS variable. */
type Moment = Record<string, Spot>

/** A cell of the tape, from the left: the colours in it, each with the height at which it stands. */
type TapeCell = { left: number; right: number; colours: { variable: string; y: number }[] }

type Reading = { rgb: Record<string, number[]> }

const PICTURE_MS = 16

/** Puts into the page what reads its canvases: colours as a canvas paints them. */
export const preparePixels = (page: Page, variables: readonly string[]): Promise<void> =>
  page.evaluate((names) => {
    const ink = new OffscreenCanvas(1, 1).getContext('2d')
    const style = getComputedStyle(document.documentElement)
    const rgb = Object.fromEntries(
      names.map((name) => {
        if (!ink) return [name, []]
        ink.fillStyle = style.getPropertyValue(name).trim()
        ink.fillRect(0, 0, 1, 1)
        return [name, [...ink.getImageData(0, 0, 1, 1).data].slice(0, 3)]
      }),
    )
    Object.assign(globalThis, { pixels: { rgb } satisfies Reading })
  }, variables)

/** Where each colour stands on the dots canvas now. */
const readDots = (page: Page): Promise<Moment> =>
  page.evaluate(() => {
    const { rgb } = (globalThis as unknown as { pixels: Reading }).pixels
    const canvas = document.querySelector<HTMLCanvasElement>('[data-testid="dots"]')
    const image = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height)
    const moment: Moment = {}
    for (let at = 0; image && at < image.data.length; at += 4) {
      if ((image.data[at + 3] ?? 0) < 250) continue
      for (const [name, wanted] of Object.entries(rgb)) {
        if (wanted.some((value, channel) => Math.abs(value - (image.data[at + channel] ?? 0)) > 2)) continue
        moment[name] ??= { pixels: 0, x: 0, y: 0 }
        const spot = moment[name]
        spot.pixels++
        spot.x += ((at / 4) % image.width) / devicePixelRatio
        spot.y += Math.floor(at / 4 / image.width) / devicePixelRatio
      }
    }
    for (const spot of Object.values(moment)) {
      spot.x /= spot.pixels
      spot.y /= spot.pixels
    }
    return moment
  })

/** Lets the page's own clock run picture by picture until something has flown and landed: every picture that had one of the colours. */
export async function flownBy(page: Page): Promise<Moment[]> {
  const flown: Moment[] = []
  for (;;) {
    await page.clock.runFor(PICTURE_MS)
    const moment = await readDots(page)
    const isEmpty = Object.keys(moment).length === 0
    if (isEmpty && flown.length > 0) return flown
    if (!isEmpty) flown.push(moment)
  }
}

/** The tape's cells from left to right: neighbouring columns of pixels that have one of the colours, parted by ones that have none. */
export const readTape = (page: Page): Promise<TapeCell[]> =>
  page.evaluate(() => {
    const { rgb } = (globalThis as unknown as { pixels: Reading }).pixels
    const canvas = document.querySelector<HTMLCanvasElement>('[data-testid="tape"]')
    const image = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height)
    if (!image) return []
    const { width, height, data } = image
    const colourAt = (x: number, y: number): string | undefined => {
      const at = (y * width + x) * 4
      if ((data[at + 3] ?? 0) < 250) return undefined
      return Object.keys(rgb).find((name) =>
        rgb[name]?.every((value, channel) => Math.abs(value - (data[at + channel] ?? 0)) <= 2),
      )
    }
    const cells: { left: number; right: number; seen: Map<string, number[]> }[] = []
    for (let x = 0; x < width; x++) {
      const seen = new Map<string, number[]>()
      for (let y = 0; y < height; y++) {
        const name = colourAt(x, y)
        if (name) seen.set(name, [...(seen.get(name) ?? []), y])
      }
      if (seen.size === 0) continue
      const last = cells.at(-1)
      if (last && last.right === x - 1) {
        last.right = x
        for (const [name, ys] of seen) last.seen.set(name, [...(last.seen.get(name) ?? []), ...ys])
      } else cells.push({ left: x, right: x, seen })
    }
    return cells.map(({ left, right, seen }) => ({
      left: left / devicePixelRatio,
      right: right / devicePixelRatio,
      colours: [...seen].map(([variable, ys]) => ({
        variable,
        y: ys.reduce((sum, y) => sum + y, 0) / ys.length / devicePixelRatio,
      })),
    }))
  })
