import { type BackendNumbers, nameOf } from '#components/backends/numbers.ts'
import { formatSinceStart } from '#components/ui/figures.ts'
import type { BandEvent, BandStretch } from './band-events.ts'

/** What an event means, in one sentence. */
const MEANINGS: Record<BandEvent['kind'], string> = {
  scaled: 'Another number of backends was asked for.',
  joined: 'The front door has confirmed that it is in its list and gets requests.',
  left: 'It went out of the front door’s list and gets no new requests.',
  down: 'It stopped. It stays in the front door’s list, so the front door has to notice by itself.',
  back: 'It runs again.',
  paused: 'It takes connections and answers nothing.',
  'front-door': 'The state of the front door itself changed.',
  engine: 'The connection to the Docker engine changed.',
  burst: 'The running burst was changed.',
  noticed: 'The front door saw an attempt at it fail for the first time.',
}

export const meaningOf = ({ kind }: BandEvent): string => MEANINGS[kind]

/** `killed 2`, or with the whole name of its backend: what a screen reader says. */
export function eventWords(event: BandEvent, numbers: BackendNumbers): string {
  const who = event.backend === null ? '' : `, backend ${nameOf(event.backend, numbers, 'whole')}`
  return `${event.label}${who}, at ${formatSinceStart(event.atUs)}`
}

export const stretchWords = ({ label, stretch }: BandStretch): string =>
  `${label}, from ${formatSinceStart(stretch.fromUs)} to ${formatSinceStart(stretch.toUs)}`
