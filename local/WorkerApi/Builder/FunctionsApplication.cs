namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Where a function app begins.</summary>
public class FunctionsApplication
{
    /// <exception cref="InvalidOperationException">Always: there is no worker behind these declarations.</exception>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) =>
        throw new InvalidOperationException(
            "This function app was built without the Azure Functions worker packages, which its package feed lacks, so it can't connect to a Functions host. "
            + "Run it with: dotnet run --project local/Host. To run it in a Functions host, build it where Microsoft.Azure.Functions.Worker can be restored.");
}
