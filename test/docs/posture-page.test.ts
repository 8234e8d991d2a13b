import { renderPosturePage } from '../../scripts/docs/posture-page.ts';

const page = renderPosturePage();

/** Worked out by hand from the rules of the page, with no code of the product. */
it('reaches in its example the score that pencil and paper do', () => {
  const privilege = (8 * 0.25 + 2 * 0.25 + 2 * 0.25) / 12;
  const isolation = (4 * 1 + 2 * 0) / 6;
  const share = (30 * privilege + 25 * isolation + 20 * 1) / 75;

  expect(page).toContain(`The score is ${Math.round(share * 79)}, the grade F.`);
});

it('reaches in its example the score after the best fix', () => {
  const privilege = (8 * 1 + 2 * 0.25 + 2 * 0.25) / 12;
  const share = (30 * privilege + 25 * (4 / 6) + 20) / 75;

  expect(page).toContain(
    `- Remove the socket mount from ci: closes both ways; 47 → ${Math.round(share * 100)} (C)`,
  );
});
