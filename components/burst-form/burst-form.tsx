'use client'

import { type FormEvent, type ReactNode, useRef } from 'react'
import { Choice } from '#components/ui/choice.tsx'
import { Field } from '#components/ui/field.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { Switch } from '#components/ui/switch.tsx'
import { BurstActions } from './burst-actions.tsx'
import { stepNumber } from './form-request.ts'
import { PRESETS, presetOf } from './form-state.ts'
import { MoreFields } from './more-fields.tsx'
import type { BurstFormHandle } from './use-burst-form.ts'

/** What to send and how it goes. While a burst runs, the same fields change it. */
export function BurstForm({ form, children }: { form: BurstFormHandle; children?: ReactNode }) {
  const { shown, errors, running, change } = form
  const panel = useRef<HTMLElement>(null)
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (!running) form.send()
  }
  return (
    <Panel
      ref={panel}
      aside={<MoreFields form={form} panel={panel} />}
      className="panel-burst"
      headClassName="shrink-0 px-4 pt-2"
      title="Burst"
    >
      <form className="flex flex-col px-4 pb-3" noValidate onSubmit={handleSubmit}>
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
      {children}
    </Panel>
  )
}
