using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Azure.Core;

namespace Gatehouse.Azure;

/// <summary>
/// Names what a request to an Azure service asks for: the method and the kind of resource. Never what it asks about: every
/// key would be a series of its own, and keys and filters tell about people.
/// </summary>
internal static partial class DependencyOperation
{
    // Methods times tables: a dozen or two.
    private static readonly ConcurrentDictionary<(string Method, string Resource), string> Names = new();

    public static string Of(Request request) => Of(request.Method.Method, request.Uri.Path);

    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path of the URL, with or without a leading slash.</param>
    public static string Of(string method, string path) =>
        Names.GetOrAdd((method, FindResource(path)), static key => $"{key.Method} {key.Resource}");

    private static string FindResource(string path)
    {
        var trimmed = path.AsSpan().Trim('/');

        // Key Vault: secrets/{name}, secrets/{name}/{version}, secrets/{name}/versions.
        if (trimmed.StartsWith("secrets/", StringComparison.Ordinal))
        {
            return trimmed.EndsWith("/versions", StringComparison.Ordinal) ? "secret versions" : "secret";
        }

        // Tables: {table}(PartitionKey='…',RowKey='…'), {table}(), $batch, Tables('…'); at an emulator after the account's name.
        var keys = trimmed.IndexOf('(');
        var resource = keys < 0 ? trimmed : trimmed[..keys];
        resource = resource[(resource.LastIndexOf('/') + 1)..];
        return resource is "$batch" ? "batch" : TableName().IsMatch(resource) ? resource.ToString() : "other";
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,62}$")]
    private static partial Regex TableName();
}
