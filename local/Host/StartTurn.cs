namespace Gatehouse.Local;

/// <summary>
/// Makes processes that start over one data folder take turns, so that only the first makes the signing key and the demo
/// data. Running processes share the folder: SQLite has its own locks, and each key is a file of its own.
/// </summary>
/// <remarks>The turn is a lock on an open file. The operating system releases it when the process ends, even by SIGKILL. The file stays.</remarks>
internal static class StartTurn
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    // EWOULDBLOCK of Linux and of macOS, and ERROR_SHARING_VIOLATION of Windows.
    private static readonly int[] Taken = [11, 35, unchecked((int)0x80070020)];

    /// <summary>Waits while another process starts over the folder.</summary>
    /// <param name="dataFolder">The folder, which exists.</param>
    /// <param name="output">Tells the user about the wait.</param>
    /// <returns>The turn; disposing of it ends it.</returns>
    /// <exception cref="IOException">The folder can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write to the folder.</exception>
    public static async Task<IDisposable> TakeAsync(string dataFolder, TextWriter output)
    {
        var path = Path.GetFullPath(Path.Combine(dataFolder, "start.lock"));
        for (var isWaiting = false; ; isWaiting = true)
        {
            try
            {
                return Open(path);
            }
            catch (IOException exception) when (Taken.Contains(exception.HResult))
            {
                if (!isWaiting)
                {
                    await output.WriteLineAsync($"Another process is starting over {Path.GetDirectoryName(path)}. Waiting for it.");
                }

                await Task.Delay(Interval);
            }
        }
    }

    private static FileStream Open(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}
