using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Integration.Requests;

/// <summary>
/// Sends the requests of a .http file one after the other, as editors do: variables, named requests, and what their
/// answers held.
/// </summary>
internal sealed partial class HttpFile
{
    private readonly Dictionary<string, string> _variables;
    private readonly Dictionary<string, (HttpResponseHeaders Headers, string Body)> _answers = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<string> _requests;

    /// <param name="text">The file.</param>
    /// <param name="variables">What stands in the place of the file's own variables.</param>
    public HttpFile(string text, IReadOnlyDictionary<string, string> variables)
    {
        var parts = text.ReplaceLineEndings("\n").Split("\n### ");
        _variables = Variable().Matches(parts[0]).ToDictionary(static match => match.Groups[1].Value, static match => match.Groups[2].Value);
        foreach (var (name, value) in variables)
        {
            _variables[name] = _variables.ContainsKey(name) ? value : throw new KeyNotFoundException($"The file has no variable {name}.");
        }

        _requests = parts[1..];
    }

    /// <summary>Sends them all.</summary>
    /// <returns>The title of each, and the status of its answer.</returns>
    public async Task<IReadOnlyList<(string Title, int Status)>> SendAsync(HttpClient client)
    {
        var seen = new List<(string Title, int Status)>();
        foreach (var text in _requests)
        {
            var lines = text.Split('\n');
            var name = lines.Skip(1).Select(static line => Name().Match(line)).FirstOrDefault(static match => match.Success)?.Groups[1].Value;
            using var request = Read([.. lines.Skip(1).SkipWhile(static line => line.StartsWith('#'))]);
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            seen.Add((lines[0], (int)response.StatusCode));
            if (name is not null)
            {
                _answers[name] = (response.Headers, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            }
        }

        return seen;
    }

    private HttpRequestMessage Read(string[] lines)
    {
        var first = Fill(lines[0]).Split(' ', 2);
        var request = new HttpRequestMessage(new HttpMethod(first[0]), first[1]);
        var headers = lines.Skip(1).TakeWhile(static line => line.Length > 0).Select(line => Fill(line).Split(": ", 2)).ToArray();
        var body = Fill(string.Join('\n', lines.Skip(headers.Length + 2))).Trim();
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        }

        foreach (var header in headers)
        {
            if (header[0] == "Content-Type")
            {
                request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(header[1]);
            }
            else
            {
                request.Headers.TryAddWithoutValidation(header[0], header[1]);
            }
        }

        return request;
    }

    private string Fill(string text) => Placeholder().Replace(text, match => Find(match.Groups[1].Value));

    private string Find(string expression)
    {
        if (Answer().Match(expression) is not { Success: true } answer)
        {
            return _variables[expression];
        }

        var response = _answers[answer.Groups[1].Value];
        if (answer.Groups[3].Success)
        {
            return string.Join(", ", response.Headers.GetValues(answer.Groups[3].Value));
        }

        using var document = JsonDocument.Parse(response.Body);
        return document.RootElement.GetProperty(answer.Groups[2].Value).GetString()!;
    }

    [GeneratedRegex(@"^@(\w+) = (.*)$", RegexOptions.Multiline)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^# @name (\w+)$")]
    private static partial Regex Name();

    [GeneratedRegex(@"\{\{([^}]+)\}\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^(\w+)\.response\.(?:body\.\$\.(\w+)|headers\.([\w-]+))$")]
    private static partial Regex Answer();
}
