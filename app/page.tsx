import { Dashboard } from '#components/dashboard.tsx'
import { EarlyLink } from '#components/early-link.tsx'

export default function Page() {
  return (
    <>
      <EarlyLink />
      <Dashboard />
    </>
  )
}
