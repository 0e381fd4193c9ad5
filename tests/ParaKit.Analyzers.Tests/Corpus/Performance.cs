// statements
for (int i = 0; i < n; i++) { {|PK0301:PageTable.Write(_entry + i, value)|}; }
while (n-- > 0) { {|PK0301:PageTable.Write(_entry + n, value)|}; }
foreach (byte b in new byte[4]) {|PK0301:PageTable.Write(_entry + b, value)|};
do { {|PK0301:PageTable.Write(_entry + n, PageTable.Read(_entry + n) | 2)|}; } while (n-- > 0);
for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) {|PK0301:PageTable.Write(_entry + i + j, value)|};
for (int i = 0; i < n; i++) { if (i > 3) { {|PK0301:PageTable.Write(_entry + i, value)|}; } else { {|PK0301:PageTable.Write(_entry, 0)|}; } }
PageTable.Write(_entry, value); PageTable.Write(_entry + 1, value);
for (int i = 0; i < n; i++) { value += PageTable.Read(_entry + i); } PageTable.Write(_entry, value);
for (int i = 0; i < n; i++) { PageTable.Write(_entry + i, value); } PageTable.Adopt(value, 1);
for (int i = 0; i < n; i++) { Run(() => PageTable.Write(_entry, 0)); }
using (var b = new PageTableBatch(stackalloc PageTableUpdate[4])) { while (n-- > 0) { b.Write(_entry + n, 0); } }
if ((PageTable.Read(_entry) & PageTable.Present) == 0) { PageTable.Write(_entry, value | PageTable.Present); {|PK0302:X86.Invlpg(value)|}; }
if ((PageTable.Read(_entry) & PageTable.Present) == 0) { PageTable.Write(_entry, PageTable.Present | 2); {|PK0302:X86.WriteCr3(X86.ReadCr3())|}; }
ulong old = PageTable.Read(_entry); if ((old & PageTable.Present) != 0) return; PageTable.Write(_entry, value | PageTable.Present); {|PK0302:X86.Invlpg(value)|};
PageTable.Write(_entry, value | PageTable.Present); X86.Invlpg(value);
PageTable.Write(_entry, 0); X86.Invlpg(value);
if ((PageTable.Read(_entry) & PageTable.Present) != 0) { PageTable.Write(_entry, value | PageTable.Present); X86.Invlpg(value); }
