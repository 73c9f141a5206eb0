import { formatDuration } from '#lib/analysis/durations.ts'
import { DEFAULT_TIMEOUT_MS, MAX_DURATION_MS } from '#lib/protocol/limits.ts'
import type { BurstRequest } from '#lib/protocol/model.ts'

/** What stands in the form: text as it was typed, until form-request.ts reads it. */
export type FormState = {
  /** Whether the burst stops after a number of requests or after a time. */
  ends: 'count' | 'clock'
  requests: string
  duration: string
  concurrency: string
  /** Empty: no limit. */
  rate: string
  keepAlive: boolean
  method: BurstRequest['method']
  path: string
  timeout: string
  body: string
}

export type FormField = Exclude<keyof FormState, 'ends' | 'keepAlive'>

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'] as const satisfies BurstRequest['method'][]

/** Slow enough to be followed by eye, one in flight so that turns are judged. */
export const OPENING_FORM: FormState = {
  ends: 'count',
  requests: '20',
  duration: '1 min',
  concurrency: '1',
  rate: '4',
  keepAlive: true,
  method: 'GET',
  path: '/',
  timeout: formatDuration(DEFAULT_TIMEOUT_MS),
  body: '',
}

export const PRESETS = [
  { value: 'one', text: '1', hint: 'One request' },
  { value: 'slowly', text: 'slowly', hint: '20 requests, 4 a second: slow enough to follow' },
  { value: 'hundred', text: '100', hint: '100 requests, one in flight, 20 a second' },
  { value: 'ten-thousand', text: '10k', hint: '10,000 requests, 64 in flight, no rate limit' },
  { value: 'keep-going', text: 'keep going', hint: 'One hour at the rate in the form' },
] as const

export type Preset = (typeof PRESETS)[number]['value']

const KEEP_GOING_RATE = '4'

/** What a preset changes. Method, path and the like stay as they are. */
export function presetChange(preset: Preset, form: FormState): Partial<FormState> {
  switch (preset) {
    case 'one':
      return { ends: 'count', requests: '1', concurrency: '1', rate: '' }
    case 'slowly':
      return { ends: 'count', requests: '20', concurrency: '1', rate: '4' }
    case 'hundred':
      return { ends: 'count', requests: '100', concurrency: '1', rate: '20' }
    case 'ten-thousand':
      return { ends: 'count', requests: '10000', concurrency: '64', rate: '' }
    case 'keep-going':
      return {
        ends: 'clock',
        duration: formatDuration(MAX_DURATION_MS),
        concurrency: '1',
        rate: form.rate.trim() || KEEP_GOING_RATE,
      }
  }
}

/** The preset that the form says now, if it is one. */
export function presetOf(form: FormState): Preset | null {
  const says = (preset: Preset) =>
    Object.entries(presetChange(preset, form)).every(([key, value]) => form[key as keyof FormState] === value)
  return PRESETS.find((preset) => says(preset.value))?.value ?? null
}

/** The form as it would stand for a burst that somebody sent, from this page or another. */
export function formOf(request: BurstRequest): FormState {
  return {
    ends: request.durationMs === undefined ? 'count' : 'clock',
    requests: request.requests === undefined ? OPENING_FORM.requests : String(request.requests),
    duration: request.durationMs === undefined ? OPENING_FORM.duration : formatDuration(request.durationMs),
    concurrency: String(request.concurrency),
    rate: request.ratePerSecond === undefined ? '' : String(request.ratePerSecond),
    keepAlive: request.keepAlive,
    method: request.method,
    path: request.path,
    timeout: formatDuration(request.timeoutMs),
    body: request.body ?? '',
  }
}
