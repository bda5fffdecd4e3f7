namespace Gatehouse.Keys;

/// <summary>The repository that a program was built in. Its programs share its <c>.local/</c>, whatever the current folder.</summary>
internal static class Repository
{
    private const string Mark = "Functions.sln";

    /// <summary>The root folder of the repository; null for a published copy, which has no repository around it.</summary>
    public static string? Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>The folder for database, keys and demo passwords: in the repository, or in the current folder for a published copy.</summary>
    public static string DataFolder => Path.Combine(Root ?? Directory.GetCurrentDirectory(), ".local");

    /// <returns>The closest folder above with the solution; null for none.</returns>
    public static string? FindRoot(string folder)
    {
        var current = new DirectoryInfo(folder);
        while (current is not null && !File.Exists(Path.Combine(current.FullName, Mark)))
        {
            current = current.Parent;
        }

        return current?.FullName;
    }
}
