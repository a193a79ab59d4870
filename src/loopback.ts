/** Whether a host's name or address, without brackets, always means the machine that uses it. */
export function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

/** Whether a URL leads to the machine that follows it. */
export function isLoopbackUrl(url: string): boolean {
  return URL.canParse(url) && isLoopbackName(new URL(url).hostname.replace(/^\[(.*)\]$/, '$1'));
}
