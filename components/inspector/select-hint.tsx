const KEYS = [
  [['0'], 'the front door'],
  [['1', '–', '9'], 'a backend'],
  [['←', '→'], 'request by request'],
  [['Esc'], 'back'],
] as const

/** What can be selected, and by which keys. */
export function SelectHint() {
  return (
    <div className="border-line border-t px-4 py-3 text-muted text-xs">
      <p>Select the front door, a backend, a request or an event to look into it here.</p>
      <dl className="mt-2 hidden grid-cols-[4.5rem_1fr] gap-y-1 wide:grid">
        {KEYS.map(([keys, what]) => (
          <div className="contents" key={what}>
            <dt className="num flex items-center gap-1">
              {keys.map((key) =>
                key === '–' ? (
                  <span key={key}>–</span>
                ) : (
                  <kbd className="num rounded border border-edge px-1.5 text-2xs leading-4" key={key}>
                    {key}
                  </kbd>
                ),
              )}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
