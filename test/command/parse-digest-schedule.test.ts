import fc from 'fast-check';
import { parseDigestSchedule } from '../../src/command/parse-digest-schedule.ts';
import { scheduleWords } from '../../src/inspections/digest-schedules.ts';
import { type Weekday, weekdays } from '../../src/ports/digest-store.ts';
import { UserError } from '../../src/shared/errors.ts';

const read = (line: string) => parseDigestSchedule(line.split(' '), { timezone: 'Asia/Tokyo' });

test.each([
  ['weekdays 08:30 Europe/Berlin', 'weekdays 08:30 Europe/Berlin'],
  ['daily 08:30', 'daily 08:30 Asia/Tokyo'],
  ['08:30', 'daily 08:30 Asia/Tokyo'],
  ['mon,wed,fri 9:00 UTC', 'mon,wed,fri 09:00 UTC'],
  ['fri, mon 9:00 UTC', 'mon,fri 09:00 UTC'],
  ['weekdays 8.30 utc', 'weekdays 08:30 UTC'],
  ['weekdays 8:30am utc', 'weekdays 08:30 UTC'],
  ['mon-fri 8:30 pm europe/berlin', 'weekdays 20:30 Europe/Berlin'],
  ['every Monday at 12am UTC', 'mon 00:00 UTC'],
  ['weekends 12:15pm UTC', 'weekends 12:15 UTC'],
  ['fri-mon 0705 UTC', 'mon,fri,sat,sun 07:05 UTC'],
  ['sat sun 9 UTC', 'weekends 09:00 UTC'],
])('%s is understood', (line, expected) => {
  expect(scheduleWords(read(line))).toBe(expected);
});

test.each([
  ['weekdays 8.30 Berlin', 'weekdays 08:30 Europe/Berlin'],
  ['daily 8:30am new york', 'daily 08:30 America/New_York'],
  ['daily 08:30 Europe/Brelin', 'daily 08:30 Europe/Berlin'],
  ['daily 08:30 Mars/Olympus', 'daily 08:30 Asia/Tokyo'],
  ['weekdys 08:30 Berlin', 'weekdays 08:30 Europe/Berlin'],
  ['mon,wde 08:30 UTC', 'mon,wed 08:30 UTC'],
  ['daily 24:00 UTC', 'daily 00:00 UTC'],
  ['daily 25:00 UTC', 'daily 09:00 UTC'],
  ['daily 8:75 UTC', 'daily 09:00 UTC'],
  ['daily 13pm UTC', 'daily 09:00 UTC'],
  ['weekends UTC', 'weekends 09:00 UTC'],
  ['08:30 17:00 UTC', 'daily 08:30 UTC'],
  ['', 'daily 09:00 Asia/Tokyo'],
])('%j is answered with %s', (line, expected) => {
  const mistake = (() => {
    try {
      return read(line);
    } catch (error) {
      return error;
    }
  })();

  expect(mistake).toBeInstanceOf(UserError);
  const { correctedLine = '' } = mistake as UserError;
  expect(correctedLine).toBe(`digest schedule ${expected}`);
  expect(scheduleWords(read(correctedLine.replace('digest schedule ', '')))).toBe(expected);
});

test('whatever is typed is a schedule, or a mistake whose corrected line is one', () => {
  const words = [
    'mon',
    'weekdys',
    '8:30',
    '25:99',
    'pm',
    'Berlin',
    'utc',
    'a,b',
    '-',
    'fri-',
    '+9',
  ];
  const word = fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 8 }));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (typed) => {
      try {
        expect(read(scheduleWords(read(typed.join(' '))))).toBeDefined();
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        const line = error.correctedLine?.replace('digest schedule ', '') ?? '';
        expect(scheduleWords(read(line))).toBe(line);
      }
    }),
  );
});

test('words of a schedule come back as the same schedule', () => {
  const schedule = fc.record({
    at: fc.constantFrom('00:00', '08:30', '23:59'),
    timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'Etc/GMT+12'),
    days: fc.subarray<Weekday>([...weekdays], { minLength: 1 }),
  });
  fc.assert(fc.property(schedule, (wanted) => expect(read(scheduleWords(wanted))).toEqual(wanted)));
});
