'use client'

import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useBackendNumbers } from '#components/backends/numbers.ts'
import { attemptedAt, outcomeText } from '#components/samples/sample-text.ts'
import { useLogTick } from '#components/samples/use-log-tick.ts'
import { useWalkRequests } from '#components/selection/use-selection.ts'
import { formatMs, formatSinceStart, groupDigits } from '#components/ui/figures.ts'
import { readSample } from '#lib/client/sample-rows.ts'
import { usePage, useSampleLog } from '#lib/client/use-page.ts'
import type { Sample } from '#lib/protocol/model.ts'
import { hasDetail } from '#lib/protocol/sample-record.ts'
import { Body, Facts, Part } from './facts.tsx'
import type { ViewProps } from './inspector.tsx'
import { HeadButton, InspectorHead } from './inspector-head.tsx'
import { reasonOfAttempt, type Way, wayOf } from './request-way.ts'
import { WayPicture } from './way-picture.tsx'

const TICK_MS = 500

const ORDINALS = new Intl.PluralRules('en', { type: 'ordinal' })
const ENDINGS: Record<string, string> = { one: 'st', two: 'nd', few: 'rd' }
const ordinal = (count: number): string => `${groupDigits(count)}${ENDINGS[ORDINALS.select(count)] ?? 'th'}`

function subtitleOf(sample: Sample): string {
  if (sample.outcome !== 'answered') return outcomeText(sample)
  if (sample.attempts.length > 1) return `rescued at attempt ${sample.attempts.length}`
  return sample.status !== null && sample.status >= 500 ? `answered with ${sample.status}` : 'answered'
}

/** One request: its way to scale, and the same in words. */
export function RequestView({ headId, onClose, seq }: ViewProps & { seq: number }) {
  const log = useSampleLog()
  const walk = useWalkRequests()
  const source = usePage((state) => state.shown.source)
  useLogTick(TICK_MS)
  const sample = readSample(log, seq)
  const areAttemptsKept = sample === null || !hasDetail(log.outcomeWord(seq)) || log.detail(seq) !== null
  return (
    <>
      <InspectorHead
        aside={
          <span className="flex gap-1.5">
            <HeadButton label="Previous request" onPress={() => walk(-1)}>
              <ChevronLeft aria-hidden="true" size={15} />
            </HeadButton>
            <HeadButton label="Next request" onPress={() => walk(1)}>
              <ChevronRight aria-hidden="true" size={15} />
            </HeadButton>
          </span>
        }
        id={headId}
        onClose={onClose}
        subtitle={sample ? subtitleOf(sample) : 'not on this page'}
        title={<span className="num">#{groupDigits(seq)}</span>}
      />
      <Body>
        {sample ? (
          <RequestParts areAttemptsKept={areAttemptsKept} sample={sample} />
        ) : (
          <Part>
            <p className="text-muted text-xs">
              {seq < log.firstSeq || source !== 'live'
                ? 'This request is no longer kept.'
                : 'This request did not reach this page. The counts are whole.'}
            </p>
          </Part>
        )}
      </Body>
    </>
  )
}

function RequestParts({ sample, areAttemptsKept }: { sample: Sample; areAttemptsKept: boolean }) {
  const way = wayOf(sample)
  return (
    <>
      <Part title="Its way">
        {areAttemptsKept ? (
          <WayPicture sample={sample} way={way} />
        ) : (
          <p className="mb-2 text-muted text-xs">Its attempts are no longer kept.</p>
        )}
        <Steps areAttemptsKept={areAttemptsKept} sample={sample} way={way} />
      </Part>
      <Part title="What is known of it">
        <Facts
          facts={[
            { name: 'Status', value: sample.status === null ? 'none' : String(sample.status), isTyped: true },
            { name: 'Latency', value: `${formatMs(sample.latencyUs / 1_000)} from sent`, isTyped: true },
            ...(way.sentUs > 0
              ? [{ name: 'From due', value: formatMs(way.doneUs / 1_000), isTyped: true as const }]
              : []),
            {
              name: 'Order',
              value: `sent ${ordinal(sample.order + 1)}, ended ${ordinal(sample.seq + 1)}`,
            },
            { name: 'Generation', value: sample.generation ?? 'not said', isTyped: sample.generation !== null },
            ...(sample.resent ? [{ name: 'Sent again', value: 'on a connection that had been closed' }] : []),
          ]}
        />
      </Part>
    </>
  )
}

type Step = { key: string; atUs: number; what: string; how: string }

/** The way in words, with times since it was due. */
function Steps({ sample, way, areAttemptsKept }: { sample: Sample; way: Way; areAttemptsKept: boolean }) {
  const numbers = useBackendNumbers()
  const steps: Step[] = [
    { key: 'due', atUs: 0, what: 'due', how: `${formatSinceStart(sample.intendedUs)} into the burst` },
    {
      ...{ key: 'sent', atUs: way.sentUs, what: 'sent' },
      how: way.sentUs > 0 ? `${formatMs(way.sentUs / 1_000)} late` : 'at once',
    },
    ...(areAttemptsKept ? way.attempts : []).map((one, index) => ({
      ...{ key: `attempt ${index}`, atUs: one.fromUs },
      what: way.attempts.length === 1 ? 'asked' : `attempt ${index + 1}`,
      how: `${attemptedAt(one.attempt, numbers, 'short')}: ${reasonOfAttempt(one)}${one.took === null ? '' : `, ${one.took}`}`,
    })),
    {
      ...{ key: 'done', atUs: way.doneUs, what: sample.outcome === 'answered' ? 'received' : 'ended' },
      how:
        sample.outcome === 'answered' ? `${formatMs(sample.latencyUs / 1_000)} after it was sent` : outcomeText(sample),
    },
  ]
  return (
    <ol className="mt-2 grid gap-y-1 text-xs">
      {steps.map(({ key, atUs, what, how }) => (
        <li className="grid grid-cols-[3.75rem_4.25rem_1fr] gap-x-2" key={key}>
          <span className="num text-right text-muted">{formatMs(atUs / 1_000)}</span>
          <span className="font-semibold">{what}</span>
          <span className="min-w-0 text-muted">{how}</span>
        </li>
      ))}
    </ol>
  )
}
