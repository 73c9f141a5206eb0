'use client'

import { useState } from 'react'
import { runningRun } from '#lib/client/page-state.ts'
import { useCommands, usePage } from '#lib/client/use-page.ts'
import type { Ack } from '#lib/protocol/events.ts'
import type { Burst, BurstRequest } from '#lib/protocol/model.ts'
import { type FieldErrors, placeProblem, readEdit, readForm } from './form-request.ts'
import { type FormState, formOf, OPENING_FORM, type Preset, presetChange } from './form-state.ts'

/** Rate and concurrency of the burst that runs, as edited here: `typed` is in the field, `applied` was taken by the server. */
type LiveEdit = {
  id: string
  typed: { concurrency?: string; rate?: string }
  applied: Pick<BurstRequest, 'ratePerSecond'> & { concurrency?: number }
}

export type BurstFormHandle = {
  /** What the fields show: the running burst's request, else what was typed. */
  shown: FormState
  running: Burst | null
  errors: FieldErrors
  /** A refusal that belongs to no field. */
  refusal: string | null
  sending: boolean
  moreOpen: boolean
  setMoreOpen: (open: boolean) => void
  change: (change: Partial<FormState>) => void
  choose: (preset: Preset) => void
  /** Sends the form as it stands; shows what is wrong with it instead, if something is. */
  send: () => void
  sendOne: () => void
  cancel: () => void
  /** Applies edited rate and concurrency to the burst that runs. */
  applyEdit: () => void
}

const MORE_FIELDS = ['method', 'path', 'timeout', 'body'] as const

/** The state of the form, apart from its look: the tape's offer and the keys send it too. */
export function useBurstForm(): BurstFormHandle {
  const commands = useCommands()
  const running = usePage(runningRun)
  const [form, setForm] = useState(OPENING_FORM)
  const [edit, setEdit] = useState<LiveEdit | null>(null)
  const [errors, setErrors] = useState<FieldErrors>({})
  const [refusal, setRefusal] = useState<string | null>(null)
  const [sending, setSending] = useState(false)
  const [moreOpen, setMoreOpen] = useState(false)
  const live = running && edit?.id === running.id ? edit : null
  const shown = running ? { ...formOf(running.request), ...live?.typed } : form

  const complain = (found: FieldErrors, whole: string | null) => {
    setErrors(found)
    setRefusal(whole)
    if (MORE_FIELDS.some((field) => found[field])) setMoreOpen(true)
  }
  const heed = <Value>(ack: Ack<Value>) => {
    if (ack.ok) return complain({}, null)
    const { errors: found, whole } = placeProblem(ack.problem)
    complain(found, whole)
  }
  const start = async (request: Partial<BurstRequest>) => {
    if (running || sending) return
    setSending(true)
    const ack = await commands.sendBurst(request)
    heed(ack)
    // Whoever sends wants to see it.
    if (ack.ok) commands.showLive()
    setSending(false)
  }
  const send = () => {
    const read = readForm(form)
    if (read.ok) start(read.value)
    else if (!running) complain(read.errors, null)
  }
  const sendOne = () => {
    const read = readForm({ ...form, ...presetChange('one', form) })
    if (read.ok) start(read.value)
    else if (!running) complain(read.errors, null)
  }
  const change = (changed: Partial<FormState>) => {
    const kept = Object.entries(errors).filter(([field]) => !(field in changed))
    setErrors(Object.fromEntries(kept))
    setRefusal(null)
    if (!running) return setForm({ ...form, ...changed })
    const typed = {
      ...live?.typed,
      ...(changed.rate !== undefined && { rate: changed.rate }),
      ...(changed.concurrency !== undefined && { concurrency: changed.concurrency }),
    }
    setEdit({ id: running.id, typed, applied: live?.applied ?? {} })
  }
  const applyEdit = async () => {
    if (!running || !live) return
    const read = readEdit(shown, { ...running.request, ...live.applied })
    if (!read.ok) return complain(read.errors, null)
    if (Object.keys(read.value).length === 0) return
    const ack = await commands.editBurst(running.id, read.value)
    heed(ack)
    if (!ack.ok) return
    setEdit((now) =>
      now?.id === running.id ? { ...now, applied: { ...now.applied, ...read.value } as LiveEdit['applied'] } : now,
    )
    setForm((now) => ({ ...now, ...live.typed }))
  }
  const cancel = async () => {
    if (running) heed(await commands.cancelBurst(running.id))
  }
  const choose = (preset: Preset) => change(presetChange(preset, form))
  return {
    ...{ shown, running, errors, refusal, sending, moreOpen, setMoreOpen },
    ...{ change, choose, send, sendOne, cancel, applyEdit },
  }
}
