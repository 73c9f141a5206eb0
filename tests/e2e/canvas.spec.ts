import { test as base, expect, type Page } from '@playwright/test'
import { decodeFrame } from '#lib/protocol/frame.ts'
import { OUTCOME_AT, outcomeOf, ROUTE_AT, SAMPLE_WORDS } from '#lib/protocol/sample-record.ts'
import { flownBy, preparePixels, readTape } from './canvas-pixels.ts'
import { type FakeDashboard, openFakeDashboard } from './fake-dashboard.ts'
import { burstScene, type Scene } from './fake-scenes.ts'
import { watchForErrors } from './page-errors.ts'

const REPLICAS = 3
const HUES = ['--backend-1', '--backend-2', '--backend-3']
const FAILED = '--status-failed'
/** How far a dot may be from its backend's border in its last picture, CSS pixels: less than it flies from one picture to the next. */
const ONE_PICTURE = 36

const test = base.extend<object, { server: FakeDashboard }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures that are needed from this pattern.
    async ({}, use) => {
      const server = await openFakeDashboard()
      await use(server)
      await server.close()
    },
    { scope: 'worker' },
  ],
})

/** How each sample of a frame ended, as its record says: the backend's hue, or that nobody answered. */
function endings(frame: Uint8Array): string[] {
  const { samples } = decodeFrame(frame)
  return Array.from({ length: samples.length / SAMPLE_WORDS }, (_, seq) => {
    const at = seq * SAMPLE_WORDS
    const isAnswered = outcomeOf(samples[at + OUTCOME_AT] ?? 0) === 'answered'
    return isAnswered ? (HUES[samples[at + ROUTE_AT] ?? 0] ?? '') : FAILED
  })
}

const frameOf = (scene: Scene): Uint8Array => scene.frames[0] ?? new Uint8Array()

async function open(page: Page, server: FakeDashboard, scene: Scene): Promise<void> {
  server.play({ kind: 'scene', scene })
  await page.goto(server.url)
  await expect(page.getByTestId('tape')).toBeVisible()
  await preparePixels(page, [...HUES, FAILED])
}

/** Where the edge of a backend arrives: the middle of its left border, CSS pixels from the canvas's left top. */
async function borders(page: Page): Promise<{ x: number; y: number }[]> {
  const canvas = await page.locator('svg[aria-label="Cluster diagram"]').boundingBox()
  const nodes = await page.locator('[data-backend] > rect:first-of-type').all()
  const boxes = await Promise.all(nodes.map((node) => node.boundingBox()))
  return boxes.map((box) => ({
    x: (box?.x ?? 0) - (canvas?.x ?? 0),
    y: (box?.y ?? 0) + (box?.height ?? 0) / 2 - (canvas?.y ?? 0),
  }))
}

for (const reducedMotion of ['no-preference', 'reduce'] as const)
  test.describe(`with reduced motion: ${reducedMotion}`, () => {
    test.use({ contextOptions: { reducedMotion } })

    test('the cells of the tape stand where the samples say', async ({ page, server }) => {
      const errors = watchForErrors(page)
      const scene = burstScene(REPLICAS, 60, { brokenFrom: 40 })
      await open(page, server, scene)
      const wanted = endings(frameOf(scene))
      await expect.poll(async () => (await readTape(page)).length).toBe(wanted.length)

      const cells = await readTape(page)
      const lanes = HUES.map((variable) =>
        cells.flatMap(({ colours }) => colours.filter((one) => one.variable === variable)),
      )
      const heights = lanes.map((lane) => lane[0]?.y ?? 0)
      expect(heights, 'lanes from the first backend down').toEqual(heights.toSorted((one, other) => one - other))
      lanes.forEach((lane, index) => {
        for (const { y } of lane) expect(Math.abs(y - (heights[index] ?? 0)), `lane ${index + 1}`).toBeLessThan(1)
      })
      const nobody = 2 * (heights[2] ?? 0) - (heights[1] ?? 0)
      cells.forEach(({ colours }, seq) => {
        const answered = colours.find(({ variable }) => variable !== FAILED)?.variable
        const isLost = colours.some(({ variable, y }) => variable === FAILED && Math.abs(y - nobody) < 12)
        expect(answered ?? (isLost ? FAILED : 'nothing'), `request ${seq}`).toBe(wanted[seq])
      })
      const steps = cells.slice(1).map(({ left }, index) => left - (cells[index]?.left ?? 0))
      expect(Math.max(...steps) - Math.min(...steps), 'cells at even distances').toBeLessThanOrEqual(1)
      expect(errors).toEqual([])
    })

    for (const number of [1, 2, 3])
      test(`a request that backend ${number} answered is seen to end there`, async ({ page, server }) => {
        const errors = watchForErrors(page)
        const before = burstScene(REPLICAS, number - 1, { requests: 20 })
        const after = burstScene(REPLICAS, number, { requests: 20 })
        if (reducedMotion === 'no-preference') await page.clock.install()
        await open(page, server, before)
        const ends = await borders(page)
        const end = ends[number - 1] ?? { x: 0, y: 0 }
        if (reducedMotion === 'reduce') {
          server.send(frameOf(after))
          const node = page.locator('[data-backend]').nth(number - 1)
          await expect(node.locator('> rect').first()).toHaveAttribute('stroke', `var(--backend-${number})`)
          await expect(page.getByTestId('dots')).toHaveCount(0)
        } else {
          // A machine under load skips pictures, the last of a flight among them: the clock is the test's.
          await page.clock.pauseAt(Date.now() + 1_000)
          server.send(frameOf(after))
          const flown = await flownBy(page)
          const last = flown.at(-1)?.[`--backend-${number}`]
          expect(last?.pixels, 'a dot').toBeGreaterThan(20)
          const distances = ends.map(({ x, y }) => Math.hypot(x - (last?.x ?? 0), y - (last?.y ?? 0)))
          expect(distances[number - 1]).toBe(Math.min(...distances))
          expect(Math.abs((last?.x ?? 0) - end.x)).toBeLessThan(ONE_PICTURE)
          expect(Math.abs((last?.y ?? 0) - end.y)).toBeLessThan(ONE_PICTURE)
          const others = flown.flatMap((moment) => Object.keys(moment)).filter((name) => name !== `--backend-${number}`)
          expect(others, 'no other colour flew').toEqual([])
        }
        expect(errors).toEqual([])
      })
  })
