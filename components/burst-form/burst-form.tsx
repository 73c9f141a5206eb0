'use client'

import { type FormEvent, useRef } from 'react'
import { Button } from '#components/ui/button.tsx'
import { Choice } from '#components/ui/choice.tsx'
import { Field } from '#components/ui/field.tsx'
import { Kbd } from '#components/ui/kbd.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { Switch } from '#components/ui/switch.tsx'
import { usePage } from '#lib/client/use-page.ts'
import { BurstProgress } from './burst-progress.tsx'
import { stepNumber } from './form-request.ts'
import { PRESETS, presetOf } from './form-state.ts'
import { MoreFields } from './more-fields.tsx'
import type { BurstFormHandle } from './use-burst-form.ts'

/** What to send and how it goes. While a burst runs, the same fields change it. */
export function BurstForm({ form, className }: { form: BurstFormHandle; className?: string }) {
  const { shown, errors, running, change } = form
  const panel = useRef<HTMLElement>(null)
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (!running) form.send()
  }
  return (
    <Panel ref={panel} aside={<MoreFields form={form} panel={panel} />} className={className} title="Burst">
      <form className="flex flex-1 flex-col" noValidate onSubmit={handleSubmit}>
        <div className="grid gap-1 py-1">
          {shown.ends === 'clock' ? (
            <Field
              error={errors.duration}
              label="Duration"
              onValueChange={(duration) => change({ duration })}
              readOnly={running !== null}
              value={shown.duration}
            />
          ) : (
            <Field
              error={errors.requests}
              inputMode="numeric"
              label="Requests"
              onStep={(by) => change({ requests: stepNumber(shown.requests, by, 'requests') })}
              onValueChange={(requests) => change({ requests })}
              readOnly={running !== null}
              value={shown.requests}
            />
          )}
          <Field
            error={errors.concurrency}
            inputMode="numeric"
            label="In flight"
            onCommit={form.applyEdit}
            onStep={(by) => change({ concurrency: stepNumber(shown.concurrency, by, 'concurrency') })}
            onValueChange={(concurrency) => change({ concurrency })}
            value={shown.concurrency}
          />
          <Field
            error={errors.rate}
            inputMode="decimal"
            label="Rate per second"
            onCommit={form.applyEdit}
            onStep={(by) => change({ rate: stepNumber(shown.rate, by, 'rate') })}
            onValueChange={(rate) => change({ rate })}
            placeholder="no limit"
            value={shown.rate}
          />
          <Switch
            checked={shown.keepAlive}
            disabled={running !== null}
            label="Keep alive"
            onCheckedChange={(keepAlive) => change({ keepAlive })}
          />
        </div>
        <Choice
          chosen={presetOf(shown)}
          disabled={running !== null}
          label="Presets"
          onChoose={form.choose}
          options={PRESETS}
        />
        <BurstActions form={form} />
      </form>
    </Panel>
  )
}

/** On a narrow screen Send, Cancel and the progress stay at hand at the bottom. */
function BurstActions({ form }: { form: BurstFormHandle }) {
  const isLive = usePage((state) => state.link.state === 'live')
  const hasBeenLive = usePage((state) => state.link.state !== 'connecting')
  return (
    <div className="mt-2.5 grid grid-cols-[1fr_auto] items-start gap-x-3 gap-y-2.5 max-wide:fixed max-wide:inset-x-0 max-wide:bottom-0 max-wide:z-20 max-wide:border-line max-wide:border-t max-wide:bg-panel max-wide:p-3">
      <Button
        aria-disabled={form.running !== null || form.sending || !isLive}
        aria-keyshortcuts="b"
        className="wide:col-span-2"
        look="primary"
        type="submit"
      >
        Send burst <Kbd>B</Kbd>
      </Button>
      {hasBeenLive && !isLive && (
        <p className="order-last col-span-2 text-muted text-xs">
          Not connected. Nothing can be sent until the page reconnects.
        </p>
      )}
      {form.refusal && (
        <p className="order-first col-span-2 text-failed text-xs" role="alert">
          {form.refusal}
        </p>
      )}
      <BurstProgress />
      <Button aria-disabled={form.running === null || !isLive} aria-keyshortcuts="Escape" onClick={form.cancel}>
        Cancel <Kbd>Esc</Kbd>
      </Button>
    </div>
  )
}
