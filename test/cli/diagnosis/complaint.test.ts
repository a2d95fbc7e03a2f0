import { type Complaint, complaintIn, lastLine } from "../../../cli/diagnosis/complaint";

const traceback = (last: string) => `2026-11-22 20:01:12 INFO reading /arc/projects/survey/raw.fits
Traceback (most recent call last):
  File "/arc/projects/survey/reduce.py", line 41, in <module>
    main()
  File "/arc/projects/survey/reduce.py", line 17, in main
    data = fits.getdata(path)
           ^^^^^^^^^^^^^^^^^^
${last}
`;

const r = (said: string) => `Loading required package: celestial
${said}
Calls: main -> readFITS -> file
Execution halted
`;

const julia = (said: string) => `[ Info: reading catalogue
ERROR: ${said}
Stacktrace:
 [1] open(fname::String)
   @ Base ./iostream.jl:293
in expression starting at /arc/projects/survey/fit.jl:3
`;

describe("complaintIn", () => {
  test.each<[string, string, Partial<Complaint>]>([
    [
      "Python, a missing file",
      traceback(
        "FileNotFoundError: [Errno 2] No such file or directory: '/arc/projects/survey/raw.fits'",
      ),
      { kind: "noSuchFile", what: "/arc/projects/survey/raw.fits" },
    ],
    [
      "Python, a module",
      traceback("ModuleNotFoundError: No module named 'photutils'"),
      { kind: "module", what: "photutils" },
    ],
    [
      "Python, memory",
      traceback(
        "numpy._core._exceptions._ArrayMemoryError: Unable to allocate 29.8 GiB for an array with shape (4000000000,) and data type float64",
      ),
      { kind: "memory" },
    ],
    ["Python, memory without a word", traceback("MemoryError"), { kind: "memory" }],
    [
      "Python, permission",
      traceback("PermissionError: [Errno 13] Permission denied: '/arc/projects/other/out.fits'"),
      { kind: "permission", what: "/arc/projects/other/out.fits" },
    ],
    [
      "Python, a full disk",
      traceback("OSError: [Errno 122] Disk quota exceeded"),
      { kind: "disk" },
    ],
    [
      "Python, the network",
      traceback(
        "requests.exceptions.ConnectTimeout: HTTPSConnectionPool(host='vizier.cds.unistra.fr', port=443): Max retries exceeded with url: /viz-bin",
      ),
      { kind: "network" },
    ],
    [
      "Python, an exception of a package",
      traceback("astropy.io.fits.verify.VerifyError: Header missing END card."),
      { kind: "exception", line: "astropy.io.fits.verify.VerifyError: Header missing END card." },
    ],
    [
      "Python, the last of several",
      `${traceback("KeyError: 'MJD'")}
During handling of the above exception, another exception occurred:

${traceback("ValueError: no date in the header")}cleaning up\n`,
      { kind: "exception", line: "ValueError: no date in the header" },
    ],
    [
      "Python, a syntax error",
      '  File "/arc/home/alice/x.py", line 3\n    print "a"\n    ^^^^^^^^^\nSyntaxError: Missing parentheses in call to \'print\'. Did you mean print(...)?\n',
      { kind: "exception", line: expect.stringMatching(/^SyntaxError: Missing/) },
    ],
    [
      "Python, a child that was killed",
      traceback(
        "subprocess.CalledProcessError: Command '['wsclean']' died with <Signals.SIGKILL: 9>.",
      ),
      { kind: "memory" },
    ],
    [
      "Python's script that is not there",
      "python: can't open file '/arc/projects/survey/redcue.py': [Errno 2] No such file or directory\n",
      { kind: "noSuchFile", what: "/arc/projects/survey/redcue.py" },
    ],
    [
      "R, an error with its words on the next line",
      r('Error in file(con, "rb") : \n  cannot open the connection'),
      { kind: "exception", line: 'Error in file(con, "rb") : cannot open the connection' },
    ],
    ["R, memory", r("Error: cannot allocate vector of size 14.9 Gb"), { kind: "memory" }],
    [
      "R, a package",
      r("Error in library(FITSio) : there is no package called ‘FITSio’"),
      { kind: "module", what: "FITSio" },
    ],
    ["Julia, memory", julia("LoadError: OutOfMemoryError()"), { kind: "memory" }],
    [
      "Julia, a missing file",
      julia('LoadError: SystemError: opening file "/arc/cat.csv": No such file or directory'),
      { kind: "noSuchFile", what: "/arc/cat.csv" },
    ],
    [
      "Julia, a package",
      julia("LoadError: ArgumentError: Package FITSIO not found in current path."),
      { kind: "module", what: "FITSIO" },
    ],
    [
      "Julia, any error",
      julia("BoundsError: attempt to access 3-element Vector{Int64} at index [4]"),
      { kind: "exception", line: expect.stringContaining("BoundsError") },
    ],
    ["dash, no program", "sh: 1: casa: not found\n", { kind: "noSuchProgram", what: "casa" }],
    [
      "bash, no program",
      "bash: line 1: wsclean: command not found\n",
      { kind: "noSuchProgram", what: "wsclean" },
    ],
    [
      "the wrapper, no program",
      "skaha-record: 118: no-such-program: not found\n",
      { kind: "noSuchProgram", what: "no-such-program" },
    ],
    [
      "env, no interpreter",
      "/usr/bin/env: ‘python’: No such file or directory\n",
      { kind: "noSuchProgram", what: "python" },
    ],
    [
      "bash, not executable",
      "bash: line 1: /arc/projects/survey/run.sh: Permission denied\n",
      { kind: "notExecutable" },
    ],
    [
      "a script from Windows",
      "/bin/sh: ./run.sh: /bin/bash^M: bad interpreter: No such file or directory\n",
      { kind: "notExecutable" },
    ],
    [
      "another processor's program",
      "bash: /arc/bin/sex: cannot execute binary file: Exec format error\n",
      { kind: "notExecutable" },
    ],
    [
      "a child that the kernel killed",
      "imaging...\n/arc/run.sh: line 12:    41 Killed                  wsclean -size 16384 16384\n",
      { kind: "memory" },
    ],
    [
      "C++, memory",
      "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n",
      { kind: "memory" },
    ],
    [
      "a missing library",
      "sex: error while loading shared libraries: libfftw3f.so.3: cannot open shared object file: No such file or directory\n",
      { kind: "module", what: "libfftw3f.so.3" },
    ],
    ["a fault", "Segmentation fault (core dumped)\n", { kind: "crash" }],
    [
      "Fortran",
      "At line 12 of file fit.f90\nFortran runtime error: End of file\n",
      { kind: "crash" },
    ],
    [
      "cp, permission",
      "cp: cannot create regular file '/arc/projects/other/x.fits': Permission denied\n",
      { kind: "permission", what: "/arc/projects/other/x.fits" },
    ],
    [
      "a full disk",
      "tar: out.fits: Wrote only 4096 of 10240 bytes\ntar: write error: No space left on device\n",
      { kind: "disk" },
    ],
    [
      "CASA",
      "2026-11-22 20:00:01\tINFO\ttclean::::\tbegin\n2026-11-22 20:00:09\tSEVERE\ttclean::::\tTable does not exist\nleaving\n",
      { kind: "error", line: expect.stringContaining("SEVERE") },
    ],
    [
      "a program's own error line",
      "ERROR: no stars were found\n",
      { kind: "error", line: "ERROR: no stars were found" },
    ],
  ])("reads %s", (_, tail, complaint) => {
    expect(complaintIn(tail)).toMatchObject(complaint);
  });

  test.each(["", "\n\n", "reading\n50%\rdone\n", "0 errors, 0 warnings\n"])(
    "finds nothing in %j",
    (tail) => expect(complaintIn(tail)).toBeUndefined(),
  );

  test("looks at the end only, and shortens what is long", () => {
    expect(complaintIn(`ERROR: early\n${"fine\n".repeat(300)}`)).toBeUndefined();
    expect(complaintIn(`ERROR: ${"x".repeat(5_000)}`)?.line.length).toBe(301);
  });

  test("takes no time over a line that is made to take much", () => {
    const evil = [`${"a".repeat(30_000)}:`, `/${"x/".repeat(15_000)}`, ": ".repeat(15_000)].join(
      "\n",
    );
    const start = process.cpuUsage();
    complaintIn(evil);
    expect(process.cpuUsage(start).user / 1e6).toBeLessThan(20);
  });
});

describe("lastLine", () => {
  test("is the last that the program itself wrote", () => {
    expect(lastLine("one\ntwo\r\n\npulumi-skaha: missing outputs: x\n")).toBe("two");
    expect(lastLine(" \n")).toBeUndefined();
  });
});
