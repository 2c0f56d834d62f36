// jsdom lacks what Mantine asks of a browser.
window.matchMedia ??= (query: string) =>
  ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener() {},
    removeEventListener() {},
  }) as unknown as MediaQueryList;
