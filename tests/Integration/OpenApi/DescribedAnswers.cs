using System.Collections.Concurrent;
using Gatehouse.Tests.Integration.OpenApi;

[assembly: AssemblyFixture(typeof(DescribedAnswers))]

namespace Gatehouse.Tests.Integration.OpenApi;

/// <summary>Counts the answers that were compared with the document, and which of those that it describes were seen.</summary>
public sealed class DescribedAnswers : IDisposable
{
    private static readonly ConcurrentDictionary<(string Operation, int Status), int> Seen = new();

    /// <summary>Where the result of a run is: beside the tests.</summary>
    public static string ReportPath { get; } = Path.Combine(AppContext.BaseDirectory, "described-answers.txt");

    internal static void Count(ApiOperation operation, int status) => Seen.AddOrUpdate((operation.Id, status), 1, static (_, count) => count + 1);

    /// <summary>The run is over.</summary>
    public void Dispose()
    {
        var described = ApiDescription.Embedded.Operations.SelectMany(static operation => operation.Responses.Keys, static (operation, status) => (operation.Id, status)).ToList();
        var unseen = described.Where(static answer => !Seen.ContainsKey(answer)).Select(static answer => $"{answer.Id} {answer.status}").ToArray();
        File.WriteAllLines(
            ReportPath,
            [
                $"{Seen.Values.Sum()} answers were compared with openapi.json.",
                $"{described.Count(Seen.ContainsKey)} of the {described.Count} kinds that it describes were among them{(unseen.Length > 0 ? "; not seen: " + string.Join(", ", unseen) : "")}.",
            ]);
    }
}
