import { describe, expect, test } from 'vitest'
import { lateNow, progressOf } from '#components/burst-form/burst-progress.tsx'
import { placeProblem, readEdit, readForm, stepNumber } from '#components/burst-form/form-request.ts'
import { formOf, OPENING_FORM, PRESETS, presetChange, presetOf } from '#components/burst-form/form-state.ts'
import { latestRun } from '#components/runs/latest-run.ts'
import { parseNumber } from '#components/ui/number-text.ts'
import { formatDuration, parseDuration } from '#lib/analysis/durations.ts'
import { lateStartNote } from '#lib/analysis/late-starts.ts'
import { INITIAL_PAGE_STATE, NOTHING_SHOWN } from '#lib/client/page-state.ts'
import type { BurstRequest } from '#lib/protocol/model.ts'
import { ProblemError } from '#lib/protocol/problem.ts'
import { burstEditSchema, burstRequestSchema } from '#lib/protocol/schemas.ts'
import { runningBurst } from '../page-states.ts'

const form = (changes: Partial<typeof OPENING_FORM>) => ({ ...OPENING_FORM, ...changes })
const request = (changes: Partial<BurstRequest> = {}): BurstRequest => ({
  ...{ concurrency: 1, method: 'GET', path: '/', headers: {}, keepAlive: true, timeoutMs: 10_000 },
  ...changes,
})

describe('numbers as people write them', () => {
  test.each([
    ['20', 20],
    [' 1,000 ', 1_000],
    ['1,000,000', 1_000_000],
    ['1,000.5', 1_000.5],
    ['0,5', 0.5],
    ['1,5', 1.5],
    ['1,5k', 1_500],
    ['0,500', 0.5],
    ['1,0000', null],
    ['1,000,5', null],
    ['1 0', null],
    ['10,00,0', null],
    ['1 000', 1_000],
    ['10k', 10_000],
    ['1.5k', 1_500],
    ['1M', 1_000_000],
    ['0.5', 0.5],
    ['.5', 0.5],
    ['', null],
    ['x', null],
    ['-3', null],
    ['1e9', null],
    ['10kk', null],
  ])('%j is %j', (text, value) => expect(parseNumber(text)).toBe(value))
})

describe('durations as people write them', () => {
  test.each([
    ['20', 20_000],
    ['20 s', 20_000],
    ['3m', 180_000],
    ['3 min', 180_000],
    ['1h20m', 4_800_000],
    ['1 h', 3_600_000],
    ['500ms', 500],
    ['1.5 s', 1_500],
    ['', null],
    ['soon', null],
    ['20 parsecs', null],
  ])('%j is %j ms', (text, ms) => expect(parseDuration(text)).toBe(ms))

  test.each([500, 1_500, 12_000, 60_000, 90_000, 3_600_000, 4_800_000])(
    '%i ms is written so that it is read again',
    (ms) => expect(parseDuration(formatDuration(ms))).toBe(ms),
  )
})

describe('the form', () => {
  test('opens as twenty requests, one in flight, four a second', () => {
    expect(readForm(OPENING_FORM)).toEqual({
      ok: true,
      value: {
        ...{ requests: 20, concurrency: 1, ratePerSecond: 4, keepAlive: true },
        ...{ method: 'GET', path: '/', timeoutMs: 10_000 },
      },
    })
    expect(presetOf(OPENING_FORM)).toBe('slowly')
  })

  test.each(PRESETS.map(({ value }) => value))(
    'preset %s asks for what the server takes, and is known again',
    (preset) => {
      const changed = form(presetChange(preset, OPENING_FORM))
      const read = readForm(changed)
      expect(read.ok && burstRequestSchema.safeParse(read.value).success).toBe(true)
      expect(presetOf(changed)).toBe(preset)
    },
  )

  test('keep going lasts an hour at the rate in the form, at four a second where there is none', () => {
    expect(presetChange('keep-going', form({ rate: '40' }))).toMatchObject({
      ends: 'clock',
      duration: '1 h',
      rate: '40',
    })
    expect(presetChange('keep-going', form({ rate: '' }))).toMatchObject({ rate: '4' })
  })

  test('an empty rate means as fast as it goes, and one that cannot be read is never taken for that', () => {
    expect(readForm(form({ rate: ' ' }))).toMatchObject({
      ok: true,
      value: expect.not.objectContaining({ ratePerSecond: 0 }),
    })
    expect(readForm(form({ rate: 'fast' }))).toEqual({ ok: false, errors: { rate: 'A number from 0.1 to 20,000.' } })
  })

  test.each([
    [{ requests: '0' }, 'requests', 'A whole number from 1 to 1,000,000.'],
    [{ requests: '1.5' }, 'requests', 'A whole number from 1 to 1,000,000.'],
    [{ requests: '2m' }, 'requests', 'A whole number from 1 to 1,000,000.'],
    [{ concurrency: '257' }, 'concurrency', 'A whole number from 1 to 256.'],
    [{ ends: 'clock', duration: '2 h' }, 'duration', 'At least 1 ms, at most 1 h.'],
    [{ ends: 'clock', duration: 'long' }, 'duration', 'A time like 20 s, 3 min or 1 h.'],
    [{ path: 'x' }, 'path', 'A path starts with / and has no spaces.'],
    [{ path: '//x' }, 'path', 'A path starts with one /.'],
    [{ timeout: '2 min' }, 'timeout', 'At least 1 ms, at most 1 min.'],
    [{ method: 'POST', body: 'ü'.repeat(40_000) }, 'body', 'At most 65,536 bytes.'],
  ] as const)('%j is refused at its field', (changes, field, sentence) => {
    expect(readForm(form(changes))).toEqual({ ok: false, errors: { [field]: sentence } })
  })

  test('a body goes only with a method that carries one', () => {
    const posted = readForm(form({ method: 'POST', body: 'hello' }))
    const got = readForm(form({ method: 'GET', body: 'hello' }))
    expect(posted).toMatchObject({ value: { body: 'hello' } })
    expect(got.ok && 'body' in got.value).toBe(false)
  })

  test('arrow keys stay within the bounds', () => {
    expect(stepNumber('1', -1, 'concurrency')).toBe('1')
    expect(stepNumber('250', 10, 'concurrency')).toBe('256')
    expect(stepNumber('x', 1, 'requests')).toBe('1')
    expect(stepNumber('4', 1, 'rate')).toBe('5')
    expect(stepNumber('4', -10, 'rate')).toBe('1')
  })

  test('arrow keys walk a rate below one by tenths, and never past the least', () => {
    expect(['1', '0.5', '0.1'].map((text) => stepNumber(text, -1, 'rate'))).toEqual(['0.9', '0.4', '0.1'])
    expect(['0.5', '0.9', '1'].map((text) => stepNumber(text, 1, 'rate'))).toEqual(['0.6', '1', '2'])
  })

  test('shows a burst that another page sent as it would stand here', () => {
    expect(formOf(request({ durationMs: 60_000, ratePerSecond: 8 }))).toMatchObject({
      ...{ ends: 'clock', duration: '1 min', rate: '8', concurrency: '1' },
    })
    expect(formOf(request({ requests: 5 }))).toMatchObject({ ends: 'count', requests: '5', rate: '' })
  })

  test('a refusal of the server stands at its field, or over the form where it has none', () => {
    const { problem } = new ProblemError('out-of-bounds', 'At most 256 in flight.', { field: 'concurrency' })
    expect(placeProblem(problem)).toEqual({ errors: { concurrency: 'At most 256 in flight.' }, whole: null })
    expect(placeProblem(new ProblemError('burst-running', 'b3 runs.').problem)).toEqual({
      errors: {},
      whole: 'b3 runs.',
    })
  })
})

describe('a burst that runs', () => {
  test('is edited only in what changed', () => {
    const now = request({ ratePerSecond: 4 })
    expect(readEdit({ concurrency: '1', rate: '4' }, now)).toEqual({ ok: true, value: {} })
    const edit = readEdit({ concurrency: '1', rate: '40' }, now)
    expect(edit).toEqual({ ok: true, value: { ratePerSecond: 40 } })
    expect(edit.ok && burstEditSchema.safeParse(edit.value).success).toBe(true)
  })

  test('keeps its rate: an emptied field asks for a number', () => {
    expect(readEdit({ concurrency: '1', rate: '' }, request({ ratePerSecond: 4 })).ok).toBe(false)
    expect(readEdit({ concurrency: '2', rate: '' }, request())).toEqual({ ok: true, value: { concurrency: 2 } })
  })
})

describe('progress', () => {
  test('goes by the count', () => {
    expect(progressOf({ request: request({ requests: 1_200 }) }, 72, 9e6)).toEqual({
      ...{ value: 72, max: 1_200, text: '72 of 1,200' },
    })
  })
  test('goes by the clock, and never past its end', () => {
    const timed = { request: request({ durationMs: 60_000 }) }
    expect(progressOf(timed, 48, 12_300_000)).toEqual({ value: 12_300, max: 60_000, text: '12 s of 1 min, 48 done' })
    expect(progressOf(timed, 240, 61_000_000)).toMatchObject({ value: 60_000, text: '1 min of 1 min, 240 done' })
    expect(progressOf(timed, 0, 20_000)).toMatchObject({ text: '0 s of 1 min, 0 done' })
  })
  test('of a burst that is over goes to its end, also while another run is shown and where nothing was answered', () => {
    const over = { status: 'finished', finishedAt: '2026-01-05T10:01:00.000Z' } as const
    const runs = [{ ...runningBurst({ durationMs: 60_000 }), ...over }]
    const latest = latestRun({ shown: { ...NOTHING_SHOWN, source: 'server', burst: null }, runs })
    expect(latest?.elapsedUs).toBe(60_000_000)
  })
})

test('late starts are told in the words of the verdict, and not where hardly any were late', () => {
  const burst = (lateStarts: number) => ({
    ...runningBurst({ durationMs: 60_000, ratePerSecond: 100 }),
    sent: 100,
    lateStarts,
  })
  const told = (lateStarts: number) =>
    lateNow({ ...INITIAL_PAGE_STATE, shown: { ...NOTHING_SHOWN, burst: burst(lateStarts) } })
  expect(told(0.4)).toBe(lateStartNote(burst(0.4)))
  expect(told(0.4)).toContain('40 % started late, since the only place was taken')
  expect(told(0.04)).toBeNull()
})
