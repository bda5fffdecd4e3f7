using System.Globalization;
using System.Text.Json;
using Gatehouse.Users;

namespace Gatehouse.UserTool;

/// <summary>Checks the users of a file, and adds them.</summary>
internal sealed class ImportAction(UserApi api, IReadOnlyList<string> roles, bool isApplied, TextWriter output, TextWriter error)
{
    // More would only wait for the limits of the API.
    private const int AtATime = 4;

    private readonly List<ReportLine> _lines = [];
    private long _work;

    /// <summary>Adds the users of a file, and writes the report also when it stops before the end.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(string file, string report, CancellationToken cancellationToken)
    {
        var there = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var user in api.ListAsync(cancellationToken))
        {
            there.Add(UserName.ToKey(user.GetProperty("username").GetString()!));
        }

        try
        {
            var known = new HashSet<string>(StringComparer.Ordinal);
            var ready = UserFile.Read(file).Select(user => Check(user, there, known)).OfType<ArrivingUser>();
            await Parallel.ForEachAsync(ready, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken }, AddAsync);
        }
        finally
        {
            await File.WriteAllLinesAsync(
                report,
                _lines.OrderBy(static line => line.Line).Select(static line => JsonSerializer.Serialize(line, UserToolJsonContext.Default.ReportLine)),
                CancellationToken.None);
        }

        return await SummarizeAsync(report);
    }

    // The user to add; null if the report has it already.
    private ArrivingUser? Check(ArrivingUser given, HashSet<string> there, HashSet<string> known)
    {
        var user = roles.Count > 0 ? given with { Roles = roles } : given;
        if (FindFault(user) is { } fault)
        {
            Report(user, "refused", fault);
            return null;
        }

        var key = UserName.ToKey(user.Name);
        if (there.Contains(key))
        {
            Report(user, "there");
            return null;
        }

        if (known.Add(key))
        {
            return user;
        }

        Report(user, "refused", "Another user of the file has this name, or one that looks like it.");
        return null;
    }

    private string? FindFault(ArrivingUser user)
    {
        if (!UserName.TryParse(user.Name, out var name) || name.HoldsInvisible || !name.IsAddressable)
        {
            return user.Name.Length == 0 ? "The user has neither a username nor an email." : "This can't be a user name: see docs/users.md.";
        }

        var hash = user.PasswordHash is null ? null : ImportedHash.Find(user.PasswordHash);
        _work = Math.Max(_work, hash?.Work ?? 0);
        return user.PasswordHash is null || hash is not null ? null : $"The hash of the password has an unknown form. Known are {ImportedHash.Forms}.";
    }

    private async ValueTask AddAsync(ArrivingUser user, CancellationToken cancellationToken)
    {
        if (!isApplied)
        {
            Report(user, "ready");
            return;
        }

        var added = await api.AddAsync(user.PasswordHash is null ? user.WithUnknownPassword() : user, user.Roles, cancellationToken);
        Report(user, added.IsThere ? "there" : added.Fault is null ? "added" : "refused", added.Fault, added.Id);
    }

    private void Report(ArrivingUser user, string result, string? reason = null, string? id = null)
    {
        lock (_lines)
        {
            _lines.Add(new ReportLine(user.Line, user.Name, user.Id, id, result, reason, result is "added" or "ready" && user.PasswordHash is null ? true : null));
        }
    }

    private async Task<int> SummarizeAsync(string report)
    {
        foreach (var result in _lines.CountBy(static line => line.Result).OrderBy(static count => count.Key, StringComparer.Ordinal))
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{result.Key}: {result.Value}"));
        }

        if (_lines.Count(static line => line.NeedsPassword == true) is var needing and > 0)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"of them without a usable password, which needs a new one: {needing}"));
        }

        await error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"users: the report is in {report}. The costliest hash takes {_work} iterations; Authentication:SignInIterations of the API must be that or more."));
        if (!isApplied)
        {
            await error.WriteLineAsync("users: nothing was added. Repeat with --apply to add the users that are ready.");
        }

        return _lines.Exists(static line => line.Result == "refused") ? ExitCode.Refused : ExitCode.Ok;
    }
}
