'use client'

import { useState } from 'react'
import { useBackendNumbers } from '#components/backends/numbers.ts'
import { frontDoorText, portOf } from '#components/strip/strip-text.ts'
import { cx } from '#components/ui/class-names.ts'
import { usePage } from '#lib/client/use-page.ts'
import type { Configuration } from '#lib/protocol/configuration.ts'
import { compareLines, configurationText } from './configuration-text.ts'
import { Body, Facts, Part } from './facts.tsx'
import type { ViewProps } from './inspector.tsx'
import { InspectorHead } from './inspector-head.tsx'

const SIGNS = { same: ' ', new: '+', gone: '−' } as const

/** The front door: what it is, and each configuration that was in force in the run that is shown, as text. */
export function FrontDoorView({ headId, onClose }: ViewProps) {
  const door = usePage((state) => state.cluster?.frontDoor)
  const generations = usePage((state) => state.shown.generations)
  const names = [...generations.keys()]
  const newest = names.at(-1) ?? null
  const [asked, setAsked] = useState<string | null>(null)
  const shown = asked !== null && generations.has(asked) ? asked : newest
  const configuration = shown === null ? undefined : generations.get(shown)
  const before = shown === null ? undefined : generations.get(names[names.indexOf(shown) - 1] ?? '')
  return (
    <>
      <InspectorHead
        id={headId}
        onClose={onClose}
        subtitle={
          door
            ? `${frontDoorText(door)}, on ${portOf(door.url)}`
            : 'The front door is unknown while the page is disconnected.'
        }
        title="Front door"
      />
      <Body>
        {door && (
          <Part>
            <Facts
              facts={[
                { name: 'Status', value: door.status },
                { name: 'Version', value: `${door.kind} ${door.version}`, isTyped: true },
                { name: 'In force', value: door.generation ?? 'not confirmed', isTyped: true },
                { name: 'Open', value: <DoorLink url={door.url} />, isTyped: true },
              ]}
            />
          </Part>
        )}
        <Part title={names.length > 1 ? `Configurations in this burst: ${names.length}` : 'Configuration'}>
          {names.length > 1 && (
            <div className="mb-2 flex flex-wrap gap-1.5">
              {names.map((name) => (
                <button
                  aria-pressed={name === shown}
                  className="target num rounded-md border border-line px-2 py-0.5 text-muted text-xs hover:bg-raise aria-pressed:border-text aria-pressed:text-text"
                  key={name}
                  onClick={() => setAsked(name)}
                  type="button"
                >
                  {name}
                </button>
              ))}
            </div>
          )}
          {configuration ? (
            <ConfigurationLines before={before ?? null} configuration={configuration} />
          ) : (
            <p className="text-muted text-xs">
              The configuration is shown as soon as a request has been answered under it. Send a burst.
            </p>
          )}
        </Part>
      </Body>
    </>
  )
}

function DoorLink({ url }: { url: string }) {
  return (
    <a className="underline underline-offset-2" href={url} rel="noreferrer" target="_blank">
      {url}
      <span className="sr-only"> (opens in a new tab)</span>
    </a>
  )
}

type ConfigurationLinesProps = { configuration: Configuration; before: Configuration | null }

/** New lines are bold, lines that are gone are muted. No red: that is for requests that failed. */
function ConfigurationLines({ configuration, before }: ConfigurationLinesProps) {
  const numbers = useBackendNumbers()
  const lines = compareLines(configurationText(configuration, numbers), before && configurationText(before, numbers))
  return (
    <>
      <ul className="num rounded-md border border-line py-1 text-2xs" data-testid="configuration">
        {lines.map(({ text, change }) => (
          <li
            className={cx(
              'whitespace-pre-wrap break-words px-2 py-px',
              change === 'new' && 'bg-raise font-semibold',
              change === 'gone' && 'text-muted line-through',
            )}
            key={`${change} ${text}`}
          >
            <span aria-hidden="true">{SIGNS[change]} </span>
            {change !== 'same' && <span className="sr-only">{change}: </span>}
            {text}
          </li>
        ))}
      </ul>
      {before && <p className="mt-1 text-2xs text-muted">Compared with the configuration before it.</p>}
    </>
  )
}
