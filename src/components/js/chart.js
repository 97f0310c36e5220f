// Placeholder until the chart component is written.
export {};
