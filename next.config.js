/** @type {import('next').NextConfig} */
export default {
  agentRules: false,
  poweredByHeader: false,
  productionBrowserSourceMaps: false,
  reactStrictMode: true,
  images: { unoptimized: true },
}
