'use client'

import { type ChangeEvent, useRef, useState } from 'react'
import { Button } from '#components/ui/button.tsx'
import { cx } from '#components/ui/class-names.ts'
import { sameRun } from '#lib/client/page-state.ts'
import { useCommands, usePage } from '#lib/client/use-page.ts'
import type { Ack } from '#lib/protocol/events.ts'
import { type Burst, failedInAll } from '#lib/protocol/model.ts'
import { runText, runTime } from './run-text.ts'

/** Shown before somebody asks for all. */
const FIRST = 4

/** What the server keeps, newest first: a click shows one. And runs as files, out and in. */
export function EarlierRuns() {
  const runs = usePage((state) => state.runs)
  const shown = usePage((state) => state.shown.burst)
  const source = usePage((state) => state.shown.source)
  const { showRun, showLive } = useCommands()
  const [showsAll, setShowsAll] = useState(false)
  const [pending, setPending] = useState<string | null>(null)
  const [refusal, setRefusal] = useState<string | null>(null)
  const heed = (ack: Ack<unknown> | null) => setRefusal(ack === null || ack.ok ? null : ack.problem.detail)
  const choose = async (run: Burst, isNewest: boolean) => {
    setRefusal(null)
    if (isNewest) return showLive()
    setPending(run.id)
    heed(await showRun(run.id))
    setPending(null)
  }
  const listed = showsAll ? runs : runs.slice(0, FIRST)
  return (
    <div className="border-line border-t px-4 py-3">
      <div className="mb-1 flex items-baseline justify-between gap-3">
        <h3 className="font-semibold text-muted text-xs">Runs</h3>
        <span className="flex gap-3">
          {shown && shown.status !== 'running' && <RunFileLinks burst={shown} onAnswer={heed} />}
          <OpenFile onAnswer={heed} />
        </span>
      </div>
      {refusal && (
        <p className="mb-1 text-failed text-xs" role="alert">
          {refusal}
        </p>
      )}
      {runs.length === 0 && <p className="text-muted text-xs">None yet. The last 50 are kept here.</p>}
      <ul>
        {listed.map((run, index) => (
          <li className="border-line border-t first:border-t-0" key={`${run.boot} ${run.id}`}>
            <RunRow
              isNewest={index === 0}
              isPending={pending === run.id}
              isShown={sameRun(shown, run) && source !== 'file'}
              onChoose={() => choose(run, index === 0)}
              run={run}
            />
          </li>
        ))}
      </ul>
      {runs.length > FIRST && (
        <Button className="mt-1" look="link" onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Fewer' : `All ${runs.length}`}
        </Button>
      )}
    </div>
  )
}

type RunRowProps = { run: Burst; isShown: boolean; isNewest: boolean; isPending: boolean; onChoose: () => void }

function RunRow({ run, isShown, isNewest, isPending, onChoose }: RunRowProps) {
  const isBad = failedInAll(run) > 0 || run.status === 'failed'
  return (
    <button
      aria-busy={isPending}
      aria-pressed={isShown}
      className={cx(
        'target flex w-full items-baseline gap-2.5 rounded-sm py-1 text-left text-xs hover:bg-raise',
        isShown && 'font-semibold',
      )}
      onClick={onChoose}
      title={run.verdict.sentence || undefined}
      type="button"
    >
      <span className="num text-muted">{runTime(run)}</span>
      <span aria-hidden="true" className={cx('w-3 shrink-0', isBad && 'text-failed')}>
        {run.status === 'running' ? '▸' : isBad ? '✕' : '✓'}
      </span>
      <span className="min-w-0 flex-1">{isPending ? 'Loading…' : runText(run)}</span>
      {isNewest && <span className="text-muted">{run.status === 'running' ? 'live' : 'latest'}</span>}
    </button>
  )
}

type Answered = { onAnswer: (ack: Ack<unknown> | null) => void }

/** The run that is shown, again from its start, and as a file. */
function RunFileLinks({ burst, onAnswer }: Answered & { burst: Burst }) {
  const { play, saveRun } = useCommands()
  const isLive = usePage((state) => state.shown.source === 'live')
  return (
    <>
      {isLive && (
        <Button look="link" onClick={async () => onAnswer(await play())}>
          Replay
        </Button>
      )}
      <Button look="link" onClick={async () => onAnswer(await saveRun(burst.id))}>
        Save
      </Button>
    </>
  )
}

function OpenFile({ onAnswer }: Answered) {
  const { openRunFile } = useCommands()
  const input = useRef<HTMLInputElement>(null)
  const handleChange = async (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.target.files ?? []
    if (file) onAnswer(await openRunFile(file))
    // The same file may be opened again.
    if (input.current) input.current.value = ''
  }
  return (
    <>
      <Button look="link" onClick={() => input.current?.click()}>
        Open file
      </Button>
      <input aria-label="Run file" className="hidden" onChange={handleChange} ref={input} type="file" />
    </>
  )
}
