'use client'

import { SlidersHorizontal } from 'lucide-react'
import { type RefObject, useId } from 'react'
import { Button } from '#components/ui/button.tsx'
import { Choice } from '#components/ui/choice.tsx'
import { Field } from '#components/ui/field.tsx'
import { Popover } from '#components/ui/popover.tsx'
import { carriesBody } from './form-request.ts'
import { METHODS } from './form-state.ts'
import type { BurstFormHandle } from './use-burst-form.ts'

const ENDS = [
  { value: 'count', text: 'requests' },
  { value: 'clock', text: 'time' },
] as const

/** What few bursts need: to stop after a time (its field then takes the place of the count), method, path, timeout and body. */
export function MoreFields({ form, panel }: { form: BurstFormHandle; panel: RefObject<HTMLElement | null> }) {
  const { shown, errors, change, running } = form
  return (
    <Popover
      anchor={panel}
      onOpenChange={form.setMoreOpen}
      open={form.moreOpen}
      side="left"
      title="More options"
      trigger={
        <Button look="link">
          <SlidersHorizontal aria-hidden="true" size={12} />
          More
        </Button>
      }
    >
      <div className="grid gap-1.5">
        <div className="flex items-center justify-between gap-3">
          <span className="text-muted">Stop after</span>
          <Choice
            chosen={shown.ends}
            disabled={running !== null}
            label="Stop after"
            onChoose={(ends) => change({ ends })}
            options={ENDS}
          />
        </div>
        <MethodField form={form} />
        <Field
          error={errors.path}
          label="Path"
          onValueChange={(path) => change({ path })}
          readOnly={running !== null}
          value={shown.path}
        />
        <Field
          error={errors.timeout}
          label="Timeout"
          onValueChange={(timeout) => change({ timeout })}
          readOnly={running !== null}
          value={shown.timeout}
        />
        {carriesBody(shown.method) && <BodyField form={form} />}
      </div>
    </Popover>
  )
}

function MethodField({ form }: { form: BurstFormHandle }) {
  const id = useId()
  return (
    <div className="flex min-h-8 items-center justify-between gap-3">
      <label className="text-muted" htmlFor={id}>
        Method
      </label>
      <select
        className="target num h-8 w-28 rounded-md border border-edge bg-raise px-2 text-right disabled:opacity-60"
        disabled={form.running !== null}
        id={id}
        onChange={(event) => {
          const method = METHODS.find((one) => one === event.target.value)
          if (method) form.change({ method })
        }}
        value={form.shown.method}
      >
        {METHODS.map((method) => (
          <option key={method}>{method}</option>
        ))}
      </select>
    </div>
  )
}

function BodyField({ form }: { form: BurstFormHandle }) {
  const id = useId()
  const error = form.errors.body
  return (
    <div>
      <label className="block py-1 text-muted" htmlFor={id}>
        Body
      </label>
      <textarea
        aria-describedby={error ? `${id}-error` : undefined}
        aria-invalid={error ? true : undefined}
        className="num h-20 w-full resize-y rounded-md border border-edge bg-raise px-2.5 py-1.5 read-only:text-muted"
        id={id}
        onChange={(event) => form.change({ body: event.target.value })}
        readOnly={form.running !== null}
        spellCheck={false}
        value={form.shown.body}
      />
      {error && (
        <p className="text-failed text-xs" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  )
}
