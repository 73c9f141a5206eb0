'use client'

import { Dialog } from '#components/ui/dialog.tsx'
import { Switch } from '#components/ui/switch.tsx'
import { switchLetters, useLettersOn } from './letters-switch.ts'
import { SHORTCUTS } from './shortcuts.ts'

const WORDS = [
  ['front door', 'The load balancer that clients talk to. It chooses who answers.'],
  ['backend', 'One running instance that answers requests, with 12 hex digits for a name.'],
  ['replicas', 'How many backends are wanted.'],
  ['burst', 'One run of requests: a number of them, or for a time.'],
  ['in flight', 'How many requests wait for their answer at most. At 1, the order is judged turn by turn.'],
  ['strict rotation', 'Each backend answers in its turn: 1, 2, 3, 1, 2, 3.'],
  [
    'from sent, from due',
    'Latency since the request was sent, and since the rate wanted it sent. They differ when requests wait for a free place.',
  ],
  ['rescued', 'Answered, although the backend that was asked first failed: the front door asked another.'],
  ['failed', 'No answer from a backend, none in time, or one with a status of 500 or more.'],
  ['nobody', 'The lane of requests that no backend answered.'],
  ['unknown', 'A backend answered, and the answer does not say which.'],
  ['draining', 'Gets nothing new and finishes what it has, then stops.'],
] as const

const DOTS = [
  'A dot is one request that was sent, drawn when its answer is there. Nothing moves for show.',
  'Its flight takes 400 ms however fast the request was; the caption says how much slower that is.',
  'It is a grey ring up to the front door, which has not chosen yet, and has the colour of its backend from there on.',
  'A rescued one goes to the broken backend first, bounces off with a cross, and goes on to the one that answered.',
  'Dots in the air are not requests in flight: those are the figure beside you.',
  'Above 300 flights at once a dot stands for several requests, and the caption says for how many. Failed and rescued ones are drawn separately; crosses at the same place become one with their number.',
] as const

/** Keys, words, and how to read the dots. */
export function HelpDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const letters = useLettersOn()
  return (
    <Dialog onOpenChange={onOpenChange} open={open} title="How to read this page">
      <div className="grid gap-6 wide:grid-cols-[14rem_1fr]">
        <section aria-labelledby="help-keys">
          <h3 className="mb-2 font-semibold" id="help-keys">
            Keys
          </h3>
          <dl className="grid grid-cols-[3.25rem_1fr] gap-y-1.5">
            {SHORTCUTS.map(({ shortcut, shown, does }) => (
              <div className="contents" key={shortcut}>
                <dt>
                  <kbd className="num rounded border border-edge px-1.5 text-xs">{shown}</kbd>
                </dt>
                <dd className="text-muted">{does}</dd>
              </div>
            ))}
          </dl>
          <div className="mt-3 border-line border-t pt-2">
            <Switch checked={letters} label="Single-key shortcuts" onCheckedChange={switchLetters} />
            <p className="text-muted text-xs">Never while you type. Esc and the arrow keys always work.</p>
          </div>
        </section>
        <section aria-labelledby="help-words">
          <h3 className="mb-2 font-semibold" id="help-words">
            Words
          </h3>
          <dl className="grid gap-1.5">
            {WORDS.map(([word, meaning]) => (
              <div key={word}>
                <dt className="mr-2 inline font-semibold">{word}</dt>
                <dd className="inline text-muted">{meaning}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section aria-labelledby="help-dots" className="wide:col-span-2">
          <h3 className="mb-2 font-semibold" id="help-dots">
            Reading the dots
          </h3>
          <ol className="grid list-decimal gap-1 pl-5 text-muted">
            {DOTS.map((rule) => (
              <li key={rule}>{rule}</li>
            ))}
          </ol>
        </section>
      </div>
    </Dialog>
  )
}
