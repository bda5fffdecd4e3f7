using System.Globalization;
using System.Text.Json;

namespace Gatehouse.UserTool;

/// <summary>Writes all users.</summary>
internal static class ExportAction
{
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(UserApi api, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var user in api.ListAsync(cancellationToken))
        {
            var line = new ExportLine(
                user.GetProperty("id").GetString()!,
                user.GetProperty("username").GetString()!,
                [.. user.GetProperty("roles").EnumerateArray().Select(static role => role.GetString()!)],
                user.GetProperty("enabled").GetBoolean(),
                user.GetProperty("createdAt").GetDateTimeOffset());
            await output.WriteLineAsync(JsonSerializer.Serialize(line, UserToolJsonContext.Default.ExportLine));
            count++;
        }

        await error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"users: {count} exported, without passwords."));
        return ExitCode.Ok;
    }
}

/// <summary>A user in an export.</summary>
internal sealed record ExportLine(string Id, string Username, IReadOnlyList<string> Roles, bool Enabled, DateTimeOffset CreatedAt);
