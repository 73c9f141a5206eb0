'use client'

import { useMemo } from 'react'
import { BackendMark } from '#components/backends/backend-mark.tsx'
import { type BackendNumbers, useBackendNumbers } from '#components/backends/numbers.ts'
import { type BandEvent, type BandStretch, bandOf } from '#components/band/band-events.ts'
import { meaningOf } from '#components/band/event-words.ts'
import { seqAt } from '#components/tape/tape-feed.ts'
import { Button } from '#components/ui/button.tsx'
import { clockTime, formatSinceStart, groupDigits } from '#components/ui/figures.ts'
import { usePage, useSampleLog, useSelect } from '#lib/client/use-page.ts'
import { Body, Facts, Part } from './facts.tsx'
import type { ViewProps } from './inspector.tsx'
import { InspectorHead } from './inspector-head.tsx'

/** Something that happened, or a stretch under one configuration. */
export function EventView({ headId, onClose, id }: ViewProps & { id: number }) {
  const burst = usePage((state) => state.shown.burst)
  const actions = usePage((state) => state.shown.actions)
  const generations = usePage((state) => state.shown.generations)
  const numbers = useBackendNumbers()
  const { events, stretches } = useMemo(
    () => bandOf({ burst, actions, generations }, numbers),
    [burst, actions, generations, numbers],
  )
  const event = events.find((one) => one.id === id)
  const stretch = stretches.find((one) => one.id === id)
  const at = event?.atUs ?? stretch?.stretch.fromUs ?? 0
  const startedMs = burst ? Date.parse(burst.startedAt) : 0
  const when = `${formatSinceStart(at)} into the burst, at ${clockTime(new Date(startedMs + at / 1_000).toISOString())}`
  return (
    <>
      <InspectorHead
        id={headId}
        onClose={onClose}
        subtitle={event || stretch ? when : 'not in the run that is shown'}
        title={event?.label ?? stretch?.label ?? 'Event'}
      />
      <Body>
        {event && <EventParts event={event} numbers={numbers} />}
        {stretch && <StretchParts numbers={numbers} one={stretch} />}
        {!event && !stretch && (
          <Part>
            <p className="text-muted text-xs">This event belongs to another run, or is no longer kept.</p>
          </Part>
        )}
      </Body>
    </>
  )
}

function EventParts({ event, numbers }: { event: BandEvent; numbers: BackendNumbers }) {
  const log = useSampleLog()
  const select = useSelect()
  const { backend } = event
  const next = seqAt(log, event.atUs)
  const around = [next - 1, next].filter((seq) => log.has(seq))
  return (
    <>
      <Part>
        <p className="text-xs">{meaningOf(event)}</p>
        {backend !== null && (
          <Button className="mt-2" onClick={() => select({ kind: 'backend', backend })}>
            <span className="num">
              <BackendMark backend={backend} numbers={numbers} />
            </span>
          </Button>
        )}
      </Part>
      {around.length > 0 && (
        <Part title="Requests around it">
          <ul className="grid gap-1 text-xs">
            {around.map((seq) => (
              <li key={seq}>
                <Button look="link" onClick={() => select({ kind: 'request', seq })}>
                  #{groupDigits(seq)}
                </Button>
                <span className="text-muted"> {seq < next ? 'the last to end before' : 'the first to end after'}</span>
              </li>
            ))}
          </ul>
        </Part>
      )}
    </>
  )
}

function StretchParts({ one: { stretch }, numbers }: { one: BandStretch; numbers: BackendNumbers }) {
  const { generation, spread, jain, deviations } = stretch
  return (
    <>
      <Part>
        <Facts
          facts={[
            { name: 'Generation', value: generation ?? 'not said', isTyped: generation !== null },
            {
              ...{ name: 'Requests', isTyped: true },
              value: `#${groupDigits(stretch.fromSeq)} to #${groupDigits(Math.max(stretch.fromSeq, stretch.toSeq - 1))}`,
            },
            { name: 'Lasted', value: formatSinceStart(stretch.toUs - stretch.fromUs), isTyped: true },
            ...(spread === null ? [] : [{ name: 'Spread', value: spread.toFixed(2), isTyped: true }]),
            ...(jain === null ? [] : [{ name: 'Jain’s index', value: jain.toFixed(3), isTyped: true }]),
            ...(deviations === null ? [] : [{ name: 'Out of turn', value: groupDigits(deviations), isTyped: true }]),
          ]}
        />
      </Part>
      <Part title="Who answered">
        <ul className="grid gap-1 text-xs">
          {stretch.byBackend.map(({ backend, answered, expected }) => (
            <li className="flex justify-between gap-3" key={backend}>
              <BackendMark backend={backend} numbers={numbers} />
              <span className="num">
                {groupDigits(answered)}
                {expected !== null && <span className="text-muted"> of {expected.toFixed(1)} expected</span>}
              </span>
            </li>
          ))}
        </ul>
      </Part>
    </>
  )
}
